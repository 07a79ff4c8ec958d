namespace ReelBallers.Storage;

/// <summary>The parts of a key.</summary>
/// <param name="UserId">Whose file it is.</param>
/// <param name="IsOutput">Whether it is an output (video or manifest) or an upload.</param>
/// <param name="Id">The job of an output, or the upload.</param>
internal sealed record FileKey(Guid UserId, bool IsOutput, Guid Id);

/// <summary>
/// The keys of the objects. Keys are built only here; one that a caller sends is parsed and never used as it is.
/// </summary>
internal static class ObjectKeys
{
    public static string Input(Guid userId, Guid uploadId, string extension) => $"{userId:D}/input/{uploadId:D}.{extension}";

    public static string Output(Guid userId, Guid jobId) => $"{userId:D}/output/{jobId:D}.mp4";

    /// <summary>What the worker writes about the output.</summary>
    public static string Manifest(Guid userId, Guid jobId) => $"{userId:D}/output/{jobId:D}.json";

    /// <summary>The job id in the key of an output of this user; null when it cannot be one.</summary>
    public static Guid? JobIdOf(Guid userId, string? key) =>
        Parse(key) is { IsOutput: true } file && file.UserId == userId && key == Output(userId, file.Id) ? file.Id : null;

    /// <summary>Whose file it is; null when the key is not one of ours.</summary>
    public static FileKey? Parse(string? key) =>
        (key ?? "").Split('/') is [var owner, ("input" or "output") and var folder, var file]
        && Guid.TryParseExact(owner, "D", out var userId) && owner == userId.ToString("D")
        && file.Split('.') is [var name, { Length: > 0 }] && Guid.TryParseExact(name, "D", out var id) && name == id.ToString("D")
            ? new FileKey(userId, folder == "output", id)
            : null;

    /// <summary>The upload id in the key; null when it cannot be the key of one of this user's uploads.</summary>
    public static Guid? UploadIdOf(Guid userId, string? key) =>
        Parse(key) is { IsOutput: false } file && file.UserId == userId ? file.Id : null;
}
