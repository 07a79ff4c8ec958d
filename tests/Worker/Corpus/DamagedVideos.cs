namespace ReelBallers.Worker.Tests;

/// <summary>What is not whole, or no video, is rejected in plain words.</summary>
internal static class DamagedVideos
{
    private const string EndsEarly = @"^the source is damaged: (it|its picture|its sound) ends after [0-3]\.[0-9] s of [24]\.[01] s$";

    public static IReadOnlyList<CorpusVideo> All { get; } =
    [
        new("cut-faststart.mp4") { Error = EndsEarly },
        new("cut.mkv") { Error = EndsEarly },
        new("cut.webm") { Error = EndsEarly },
        new("cut.avi") { Error = EndsEarly },
        new("zeros.mp4") { Error = EndsEarly },
        new("cut-index-last.mov")
        {
            Error = @"^the source is damaged: it was cut off, and the part that is missing holds its index \(moov\)$",
            IsAccepted = false,
        },
        // A broadcast claims no length and is taken as long as it is.
        new("cut.ts", Expect.Lasts(2, 1)),
        IsNoVideo("moving.gif", "it is an image (GIF)"),
        IsNoVideo("picture.png", "it is an image (PNG)"),
        IsNoVideo("picture.webp", "it is an image (WebP)"),
        IsNoVideo("sound.mp4", "it has only sound"),
    ];

    private static CorpusVideo IsNoVideo(string file, string what) => new(file)
    {
        Error = $"^{System.Text.RegularExpressions.Regex.Escape($"the source is not a video that can be read: {what}")}$",
        IsAccepted = false,
    };
}
