using System.Diagnostics;

namespace LocalPostgres;

/// <summary>Programs of the machine: where they are, and what they answer.</summary>
internal static class Tool
{
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    /// <summary>
    /// A program in a session of its own, so that a Ctrl-C on the terminal reaches only whoever started it,
    /// and all its descendants can be signalled as one group.
    /// </summary>
    public static ProcessStartInfo InOwnSession(string program, IEnumerable<string> arguments)
    {
        if (Find("setsid") is { } setsid)
        {
            return new ProcessStartInfo(setsid, [program, .. arguments]);
        }
        // macOS has no setsid, and has perl.
        return Find("perl") is { } perl
            ? new ProcessStartInfo(perl, ["-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, ServiceUser? user, CancellationToken cancellationToken,
        TimeSpan? timeout = null, string input = "")
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        user?.Apply(info);
        Clean(info);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout ?? TimeSpan.FromMinutes(1));
        using var process = Process.Start(info)!;
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new PostgresStartException($"{program} did not end in time.");
        }
    }

    /// <summary>Of a process; empty when there is none, or only a zombie of it.</summary>
    public static async Task<string> CommandLineAsync(int processId, CancellationToken cancellationToken)
    {
        if (!ProcessSignal.IsAlive(processId))
        {
            return "";
        }
        if (!Directory.Exists("/proc/self"))
        {
            return (await RunAsync("ps", ["-o", "args=", "-p", $"{processId}"], null, cancellationToken)).Output;
        }
        try
        {
            return await File.ReadAllTextAsync($"/proc/{processId}/cmdline", cancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Drops the variables that would bend what PostgreSQL's programs do.</summary>
    public static void Clean(ProcessStartInfo info)
    {
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            info.Environment.Remove(name);
        }
        info.Environment["LC_ALL"] = "C";
    }
}
