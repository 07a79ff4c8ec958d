using System.Collections.Concurrent;
using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>The service as a process of its own, to be killed without a word.</summary>
internal sealed class PaymentsProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private PaymentsProcess(Process process, Uri address, ConcurrentQueue<string> lines) => (_process, Address, Lines) = (process, address, lines);

    public Uri Address { get; }

    /// <summary>What it has written so far.</summary>
    public ConcurrentQueue<string> Lines { get; }

    public static async Task<PaymentsProcess> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Payments.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment["Internal__Credential"] = ServiceApp.Credential;
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>();
        var lines = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) =>
        {
            lines.Enqueue(line.Data ?? "");
            if (line.Data is { } text && text.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(text[(at + Listening.Length)..].Trim()));
            }
        };
        process.BeginOutputReadLine();
        return new PaymentsProcess(process, await address.Task.WaitAsync(TimeSpan.FromSeconds(120)), lines);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
