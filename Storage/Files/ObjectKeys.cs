using System.Globalization;

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

    /// <summary>What a run writes. Runs count from 1.</summary>
    public static string Output(Guid userId, Guid jobId, int run) =>
        string.Create(CultureInfo.InvariantCulture, $"{OutputPrefix(userId, jobId)}{run}.mp4");

    /// <summary>What the worker writes about the output.</summary>
    public static string Manifest(Guid userId, Guid jobId, int run) =>
        string.Create(CultureInfo.InvariantCulture, $"{OutputPrefix(userId, jobId)}{run}.json");

    /// <summary>All that the runs of a job write begins with it.</summary>
    public static string OutputPrefix(Guid userId, Guid jobId) => $"{userId:D}/output/{jobId:D}/";

    /// <summary>The job id in the key of an output of this user; null when it cannot be one.</summary>
    public static Guid? JobIdOf(Guid userId, string? key) =>
        Parse(key) is { IsOutput: true } file && file.UserId == userId && key!.EndsWith(".mp4", StringComparison.Ordinal) ? file.Id : null;

    /// <summary>Whose file it is; null when the key is not one of ours.</summary>
    public static FileKey? Parse(string? key) => (key ?? "").Split('/') switch
    {
        [var owner, "input", var file] when Id(owner) is { } userId
            && file.Split('.') is [var name, { Length: > 0 }] && Id(name) is { } uploadId => new FileKey(userId, false, uploadId),
        [var owner, "output", var job, var file] when Id(owner) is { } userId && Id(job) is { } jobId
            && file.Split('.') is [var run, "mp4" or "json"] && IsRun(run) => new FileKey(userId, true, jobId),
        _ => null,
    };

    /// <summary>The upload id in the key; null when it cannot be the key of one of this user's uploads.</summary>
    public static Guid? UploadIdOf(Guid userId, string? key) =>
        Parse(key) is { IsOutput: false } file && file.UserId == userId ? file.Id : null;

    private static Guid? Id(string text) => Guid.TryParseExact(text, "D", out var id) && text == id.ToString("D") ? id : null;

    // As it is written above: without sign, spaces and leading zeros.
    private static bool IsRun(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var run) && run > 0 && text[0] != '0';
}
