using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using ReelBallers.LocalCloud;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.TestKit;

/// <summary>A service of ours as a process of its own, to be killed without a word.</summary>
public sealed class ServiceProcess : IDisposable
{
    private const string ServiceListens = "Now listening on: ";
    private const string CloudListens = "Control listens on ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private readonly TestProcess _started;

    private ServiceProcess(TestProcess started, Uri address, ConcurrentQueue<string> lines) =>
        (_started, Address, Lines) = (started, address, lines);

    /// <summary>Where it listens; of LocalCloud the control port.</summary>
    public Uri Address { get; }

    /// <summary>The id of the process.</summary>
    public int ProcessId => _started.Process.Id;

    /// <summary>What it has written so far.</summary>
    public ConcurrentQueue<string> Lines { get; }

    /// <summary>Starts the service of that name, with these settings beside the internal credential.</summary>
    /// <param name="service">The name of its assembly.</param>
    /// <param name="settings">As in its configuration.</param>
    /// <param name="port">Where it is to listen; 0 takes any free port.</param>
    public static Task<ServiceProcess> StartAsync(
        string service, IEnumerable<KeyValuePair<string, string?>> settings, int port = 0)
    {
        var all = settings.ToDictionary();
        all["Internal:Credential"] = ServiceApp.Credential;
        return StartAsync(service, ["--urls", FormattableString.Invariant($"http://127.0.0.1:{port}")], all, ServiceListens);
    }

    /// <summary>Starts LocalCloud with its state in that directory; once the control port answers, the others do.</summary>
    public static Task<ServiceProcess> StartCloudAsync(LocalCloudOptions options) => StartAsync(
        "LocalCloud", [],
        new Dictionary<string, string?>
        {
            ["DataDirectory"] = options.DataDirectory,
            ["Stripe:Port"] = Text(options.StripePort),
            ["RunPod:Port"] = Text(options.RunPodPort),
            ["RunPod:Workers"] = Text(options.RunPodWorkers),
            ["R2:Port"] = Text(options.R2Port),
            ["Resend:Port"] = Text(options.ResendPort),
            ["TradingView:Port"] = Text(options.TradingViewPort),
            ["OpenId:Port"] = Text(options.OpenIdPort),
            ["Control:Port"] = Text(options.ControlPort),
            ["Stripe:WebhookUrl"] = options.StripeWebhookUrl?.ToString(),
        },
        CloudListens);

    /// <summary>For gRPC clients, with the internal credential; the channel is the caller's to dispose of.</summary>
    public (CallInvoker Invoker, GrpcChannel Channel) Connect() => Connect(Address);

    /// <summary>The same for a process that comes back on its port.</summary>
    public static (CallInvoker Invoker, GrpcChannel Channel) Connect(Uri address)
    {
        var channel = GrpcChannel.ForAddress(address);
        var credential = new InternalCredential(Options.Create(new InternalOptions { Credential = ServiceApp.Credential }));
        return (channel.Intercept(new OutgoingCallInterceptor(credential)), channel);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _started.Process.Kill();
        await _started.Process.WaitForExitAsync();
    }

    /// <summary>Stops it in the middle of whatever it does, as a machine that is out of memory or moved does.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>It goes on as if no time had passed.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    public void Dispose() => _started.Dispose();

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Text(ProcessId)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"kill {signal} ended with {kill.ExitCode}.");
        }
    }

    private static async Task<ServiceProcess> StartAsync(
        string assembly, string[] arguments, Dictionary<string, string?> environment, string listens)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        var started = TestProcess.Start(start);
        var address = new TaskCompletionSource<Uri>();
        var lines = new ConcurrentQueue<string>();
        started.Process.OutputDataReceived += (_, line) =>
        {
            lines.Enqueue(line.Data ?? "");
            if (line.Data is { } text && text.IndexOf(listens, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(text[(at + listens.Length)..].Trim()));
            }
        };
        started.Process.Exited += (_, _) => address.TrySetException(
            new InvalidOperationException($"{assembly} ended before it listened: {string.Join(Environment.NewLine, lines)}"));
        started.Process.BeginOutputReadLine();
        return new ServiceProcess(started, await address.Task.WaitAsync(StartTimeout), lines);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
