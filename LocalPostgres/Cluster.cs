using System.Globalization;
using System.Security.Cryptography;

namespace LocalPostgres;

/// <summary>The files of one server: made by initdb, guarded against an older server that still runs on them.</summary>
internal sealed class Cluster(DataPlace place, ServiceUser? user)
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(30);

    public string Directory => place.Cluster;

    private string PidFile => Path.Combine(Directory, "postmaster.pid");

    private string VersionFile => Path.Combine(Directory, "PG_VERSION");

    /// <summary>The version that made the data; null when there is none yet.</summary>
    public int? Major
    {
        get
        {
            try
            {
                return File.Exists(VersionFile) ? int.Parse(File.ReadAllText(VersionFile).Trim(), CultureInfo.InvariantCulture) : null;
            }
            catch (UnauthorizedAccessException refused)
            {
                throw new PostgresStartException(
                    $"{Directory} belongs to another user. Start as the user that made it, or remove it as that user "
                        + "to start with empty data.",
                    refused);
            }
        }
    }

    /// <summary>The server's own sign that it takes connections.</summary>
    public bool IsReady(int processId)
    {
        var lines = ReadPidFile();
        return lines.Length >= 8 && lines[0] == processId.ToString(CultureInfo.InvariantCulture) && lines[7].Trim() == "ready";
    }

    /// <summary>Makes the files when there are none, and the password the one asked for; returns the password.</summary>
    public async Task<string> PrepareAsync(PostgresBinaries binaries, PostgresServerOptions options, CancellationToken cancellationToken)
    {
        var kept = File.Exists(place.PasswordFile) ? await File.ReadAllTextAsync(place.PasswordFile, cancellationToken) : null;
        var password = options.Password ?? kept ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        if (Major is null)
        {
            await CreateAsync(binaries, password, cancellationToken);
        }
        else
        {
            await (user?.OwnAsync(Directory, cancellationToken) ?? Task.CompletedTask);
            await StopOldServerAsync(cancellationToken);
            if (kept != password)
            {
                await ChangePasswordAsync(binaries, password, cancellationToken);
            }
        }
        if (kept != password)
        {
            await WritePrivateAsync(place.PasswordFile, password, cancellationToken);
        }
        return password;
    }

    private async Task CreateAsync(PostgresBinaries binaries, string password, CancellationToken cancellationToken)
    {
        // Made beside its place and renamed, so that an initdb that was cut short is never taken for a whole one.
        var making = Directory + ".making";
        var passwordFile = making + ".password";
        if (System.IO.Directory.Exists(making))
        {
            System.IO.Directory.Delete(making, recursive: true);
        }
        System.IO.Directory.CreateDirectory(making, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await WritePrivateAsync(passwordFile, password, cancellationToken);
        try
        {
            if (user is not null)
            {
                await user.OwnAsync(making, cancellationToken);
                await user.OwnAsync(passwordFile, cancellationToken);
            }
            var (exitCode, output) = await Tool.RunAsync(
                binaries.Initdb,
                [
                    "-D", making, "--username=postgres", $"--pwfile={passwordFile}", "--auth=scram-sha-256",
                    "--encoding=UTF8", "--locale=C", "--no-sync",
                ],
                user, cancellationToken, TimeSpan.FromMinutes(3));
            if (exitCode != 0)
            {
                throw new PostgresStartException($"initdb failed in {making} ({exitCode}):\n{output}");
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }
        System.IO.Directory.Move(making, Directory);
    }

    /// <summary>Through the single-user server, which asks for no password.</summary>
    private async Task ChangePasswordAsync(PostgresBinaries binaries, string password, CancellationToken cancellationToken)
    {
        var statement = $"ALTER ROLE postgres PASSWORD '{password.Replace("'", "''", StringComparison.Ordinal)}'\n";
        var (exitCode, output) = await Tool.RunAsync(
            binaries.Postgres, ["--single", "-D", Directory, "postgres"], user, cancellationToken, input: statement);
        if (exitCode != 0)
        {
            throw new PostgresStartException($"The data in {Directory} has another password, and changing it failed:\n{output}");
        }
    }

    /// <summary>
    /// A server whose starter was killed may still run here: it has to leave first.
    /// A pid file without such a server is removed, since its number may be another process' by now.
    /// </summary>
    private async Task StopOldServerAsync(CancellationToken cancellationToken)
    {
        if (ReadPidFile() is not [var first, ..] || !int.TryParse(first, out var processId))
        {
            return;
        }
        if (!await IsServerAsync(processId, cancellationToken))
        {
            File.Delete(PidFile);
            return;
        }
        ProcessSignal.Send(processId, ProcessSignal.Interrupt);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LeaveTimeout);
        try
        {
            while (await IsServerAsync(processId, limit.Token))
            {
                await Task.Delay(50, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PostgresStartException(
                $"An older PostgreSQL (process {processId}) still runs on {Directory} and did not stop "
                + $"in {LeaveTimeout.TotalSeconds:0} s. Stop it, then start again.");
        }
    }

    private async Task<bool> IsServerAsync(int processId, CancellationToken cancellationToken)
    {
        var commandLine = await Tool.CommandLineAsync(processId, cancellationToken);
        return commandLine.Contains("postgres", StringComparison.Ordinal) && commandLine.Contains(Directory, StringComparison.Ordinal);
    }

    private string[] ReadPidFile()
    {
        try
        {
            return File.Exists(PidFile) ? File.ReadAllLines(PidFile) : [];
        }
        catch (IOException)
        {
            return []; // The server removed it just now.
        }
    }

    private static async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        File.Delete(path);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }
}
