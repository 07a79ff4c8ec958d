using System.Diagnostics;
using System.Globalization;

namespace LocalPostgres;

/// <summary>
/// A small shell process in a session of its own that outlives this one, should it be killed with -9,
/// just long enough to stop what this one had started.
/// </summary>
internal static class ProcessGuard
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, string> Guarded = [];
    private static Process? guard;

    /// <summary>From now on this process is sent the signal (INT, TERM, …) when we are gone, and KILL ten seconds later.</summary>
    public static void Watch(int processId, string signal)
    {
        lock (Gate)
        {
            Guarded[processId] = signal;
            Tell($"+ {processId} {signal}");
        }
    }

    /// <summary>It has ended, and its number may soon be somebody else's.</summary>
    public static void Forget(int processId)
    {
        lock (Gate)
        {
            if (Guarded.Remove(processId))
            {
                Tell($"- {processId}");
            }
        }
    }

    private static void Tell(string line)
    {
        try
        {
            if (guard is { HasExited: false })
            {
                guard.StandardInput.WriteLine(line);
                guard.StandardInput.Flush();
                return;
            }
        }
        catch (IOException)
        {
            // Somebody killed it: start another below.
        }
        guard = Start();
        foreach (var (processId, signal) in Guarded)
        {
            guard.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"+ {processId} {signal}"));
        }
        guard.StandardInput.Flush();
    }

    private static Process Start()
    {
        using var script = new StreamReader(typeof(ProcessGuard).Assembly.GetManifestResourceStream("ProcessGuard.sh")!);
        var info = Tool.InOwnSession("/bin/sh", ["-c", script.ReadToEnd(), "process-guard"]);
        info.RedirectStandardInput = true;
        info.WorkingDirectory = "/";
        var process = Process.Start(info)!;
        process.StandardInput.NewLine = "\n";
        return process;
    }
}
