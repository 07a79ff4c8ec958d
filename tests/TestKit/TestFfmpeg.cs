using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.Media;

namespace ReelBallers.TestKit;

/// <summary>The ffmpeg and ffprobe that the services find on this machine: those on the PATH, or those from npm.</summary>
public static class TestFfmpeg
{
    /// <summary>Finds them once for all tests of an assembly.</summary>
    public static FfmpegFinder Finder { get; } = new(new FfmpegPaths(), NullLogger<FfmpegFinder>.Instance);

    public static Task<Ffmpeg> FindAsync() => Finder.FindAsync(CancellationToken.None);
}
