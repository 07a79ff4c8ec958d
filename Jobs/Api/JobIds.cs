namespace ReelBallers.Jobs;

/// <summary>Ids of jobs as they stand in a path.</summary>
internal static class JobIds
{
    /// <summary>A UUID as we write it, in upper or lower case, and in no other of its spellings.</summary>
    public static bool TryParse(string text, out Guid jobId) =>
        Guid.TryParseExact(text, "D", out jobId) && jobId.ToString("D").Equals(text, StringComparison.OrdinalIgnoreCase);
}
