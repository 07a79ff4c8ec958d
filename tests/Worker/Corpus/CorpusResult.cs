namespace ReelBallers.Worker.Tests;

/// <summary>What became of a video of the corpus, at 1280x720.</summary>
internal sealed record CorpusResult(byte[] Source, byte[] Output, ClipFacts Facts)
{
    public Task<Picture> FrameAsync(double seconds = 0) => ClipMaker.FrameAsync(Output, seconds, 1280, 720);
}
