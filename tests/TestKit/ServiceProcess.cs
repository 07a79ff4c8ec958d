using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.TestKit;

/// <summary>A service of ours as a process of its own, to be killed without a word.</summary>
public sealed class ServiceProcess : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private readonly Process _process;

    private ServiceProcess(Process process, Uri address, ConcurrentQueue<string> lines) =>
        (_process, Address, Lines) = (process, address, lines);

    /// <summary>Where it listens: another port each time.</summary>
    public Uri Address { get; }

    /// <summary>The id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What it has written so far.</summary>
    public ConcurrentQueue<string> Lines { get; }

    /// <summary>Starts the service of that name, with these settings beside the internal credential.</summary>
    public static async Task<ServiceProcess> StartAsync(string service, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, $"{service}.dll"), "--urls", "http://127.0.0.1:0"])
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
        return new ServiceProcess(process, await address.Task.WaitAsync(StartTimeout), lines);
    }

    /// <summary>For gRPC clients, with the internal credential; the channel is the caller's to dispose of.</summary>
    public (CallInvoker Invoker, GrpcChannel Channel) Connect()
    {
        var channel = GrpcChannel.ForAddress(Address);
        var credential = new InternalCredential(Options.Create(new InternalOptions { Credential = ServiceApp.Credential }));
        return (channel.Intercept(new OutgoingCallInterceptor(credential, TimeProvider.System)), channel);
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
