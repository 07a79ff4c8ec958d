using System.Diagnostics;
using LocalPostgres;

namespace ReelBallers.TestKit;

/// <summary>A program that a test has started. It ends with the process of the tests, also when that is killed with -9.</summary>
public sealed class TestProcess : IDisposable
{
    private readonly int _id;

    private TestProcess(Process process) => (Process, _id) = (process, process.Id);

    /// <summary>The running program.</summary>
    public Process Process { get; }

    /// <summary>Starts the program.</summary>
    public static TestProcess Start(ProcessStartInfo start)
    {
        var started = new TestProcess(Process.Start(start)!);
        ProcessGuard.Watch(started._id, "KILL");
        started.Process.Exited += (_, _) => ProcessGuard.Forget(started._id);
        started.Process.EnableRaisingEvents = true;
        return started;
    }

    /// <summary>Kills it unless it has ended.</summary>
    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit();
        }
        ProcessGuard.Forget(_id);
        Process.Dispose();
    }
}
