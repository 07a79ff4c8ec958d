using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Runtime;

/// <summary>When to stop: at Ctrl-C or SIGTERM, or when the <c>dotnet run</c> around us is gone. A second time: at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop;
    private readonly CancellationTokenSource force = new();
    private readonly Output output;
    private readonly List<IDisposable> registrations = [];

    public StopSignals(Output output, CancellationToken cancellationToken)
    {
        this.output = output;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
        var parent = GetParent();
        if (IsDotnet(parent))
        {
            registrations.Add(new Timer(_ => StopWithout(parent), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        }
    }

    public CancellationToken Token => stop.Token;

    /// <summary>Cancelled when even an orderly stop takes too long for whoever waits for it.</summary>
    public CancellationToken Force => force.Token;

    public void Stop() => stop.Cancel();

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        stop.Dispose();
        force.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!stop.IsCancellationRequested)
        {
            output.Note($"{context.Signal}: stopping everything");
            stop.Cancel();
        }
        else if (context.Signal == PosixSignal.SIGINT)
        {
            force.Cancel();
        }
    }

    private void StopWithout(int parent)
    {
        if (GetParent() != parent && !stop.IsCancellationRequested)
        {
            output.Note("The dotnet that ran this is gone: stopping everything");
            stop.Cancel();
        }
    }

    private static bool IsDotnet(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int GetParent();
}
