namespace ReelBallers.Worker.Tests;

/// <summary>What must be true of the result.</summary>
internal delegate Task Expectation(CorpusResult result);

/// <summary>
/// A video of the corpus, what is asked for, and what must become of it: of the same list the worker's own tests and the journey from
/// upload to download take their cases.
/// </summary>
/// <param name="File">The name by which <c>make-corpus.sh</c> makes it.</param>
/// <param name="Expectations">Of the result; none where there is no result.</param>
internal sealed record CorpusVideo(string File, params Expectation[] Expectations)
{
    private static readonly string[] UploadedContainers = [".mp4", ".mov", ".webm", ".mkv", ".3gp"];

    /// <summary>Tells several cases of one file apart.</summary>
    public string Case { get; init; } = "";

    /// <summary>Changes what ffmpeg cannot write.</summary>
    public Func<byte[], byte[]> Change { get; init; } = file => file;

    /// <summary>The members of the request beside the source: crops and layers.</summary>
    public object? Work { get; init; }

    /// <summary>A pattern of the error with which its job fails; null where it completes.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the API accepts the upload; the worker is able to read more than that.</summary>
    public bool IsAccepted { get; init; } = UploadedContainers.Contains(Path.GetExtension(File));

    /// <summary>Unique in the corpus.</summary>
    public string Name => Case.Length == 0 ? File : $"{File} {Case}";

    /// <summary>The type that a browser says; that of an MP4 where the API supports none of its own.</summary>
    public string ContentType => Path.GetExtension(File) switch
    {
        ".mov" => "video/quicktime",
        ".webm" => "video/webm",
        ".mkv" => "video/x-matroska",
        _ => "video/mp4",
    };

    /// <summary>Makes the file.</summary>
    public async Task<byte[]> ReadAsync() => Change(await CorpusFiles.ReadAsync(File));

    /// <summary>Fails where the result is not as expected.</summary>
    public async Task CheckAsync(byte[] source, byte[] output)
    {
        var result = new CorpusResult(source, output, await ClipFacts.OfAsync(output));
        foreach (var expectation in Expectations)
        {
            await expectation(result);
        }
    }
}
