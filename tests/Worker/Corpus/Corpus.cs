namespace ReelBallers.Worker.Tests;

/// <summary>The videos as people have them, with what must become of each.</summary>
internal static class Corpus
{
    private static readonly Dictionary<string, CorpusVideo> Videos = new IReadOnlyList<CorpusVideo>[]
    {
        DamagedVideos.All, EverydayVideos.All, VideoClocks.All, VideoColors.All, VideoShapes.All, VideoStreams.All,
    }.SelectMany(videos => videos).ToDictionary(video => video.Name);

    public static IReadOnlyCollection<CorpusVideo> All => Videos.Values;

    /// <summary>The names of all, as a theory's data.</summary>
    public static TheoryData<string> Names => [.. Videos.Keys];

    public static CorpusVideo Find(string name) => Videos[name];
}
