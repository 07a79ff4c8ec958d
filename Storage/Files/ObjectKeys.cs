namespace ReelBallers.Storage;

/// <summary>
/// The keys of the objects. Keys are built only here; one that a caller sends is parsed and never used as it is.
/// </summary>
internal static class ObjectKeys
{
    public static string Input(Guid userId, Guid uploadId, string extension) => $"{userId:D}/input/{uploadId:D}.{extension}";

    public static string Output(Guid userId, Guid jobId) => $"{userId:D}/output/{jobId:D}.mp4";

    /// <summary>What the worker writes about the output.</summary>
    public static string Manifest(Guid userId, Guid jobId) => $"{userId:D}/output/{jobId:D}.json";

    /// <summary>The upload id in the key; null when it cannot be the key of one of this user's uploads.</summary>
    public static Guid? UploadIdOf(Guid userId, string? key)
    {
        var parts = (key ?? "").Split('/');
        return parts is [var owner, "input", var file] && owner == userId.ToString("D")
            && file.Split('.') is [var id, { Length: > 0 }] && Guid.TryParseExact(id, "D", out var uploadId)
            ? uploadId
            : null;
    }
}
