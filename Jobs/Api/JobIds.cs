namespace ReelBallers.Jobs;

/// <summary>Reads job ids from a path.</summary>
internal static class JobIds
{
    /// <summary>Accepts a UUID with hyphens, in upper or lower case, and no other format.</summary>
    public static bool TryParse(string text, out Guid jobId) =>
        Guid.TryParseExact(text, "D", out jobId) && jobId.ToString("D").Equals(text, StringComparison.OrdinalIgnoreCase);
}
