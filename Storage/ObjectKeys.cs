namespace ReelBallers.Storage;

/// <summary>The names of the objects. Only this file makes one; a name that a caller gives is taken apart and never used as it came.</summary>
internal static class ObjectKeys
{
    public static string Input(Guid userId, Guid uploadId, string extension) => $"{userId:D}/input/{uploadId:D}.{extension}";

    public static string Output(Guid userId, Guid jobId) => $"{userId:D}/output/{jobId:D}.mp4";

    /// <summary>The upload's id, when this could be the key of one of the user's uploads.</summary>
    public static Guid? UploadIdOf(Guid userId, string? key)
    {
        var parts = (key ?? "").Split('/');
        return parts is [var owner, "input", var file] && owner == userId.ToString("D")
            && file.Split('.') is [var id, { Length: > 0 }] && Guid.TryParseExact(id, "D", out var uploadId)
            ? uploadId
            : null;
    }
}
