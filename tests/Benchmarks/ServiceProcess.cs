using System.Diagnostics;
using System.Reflection;
using LocalPostgres;

namespace ReelBallers.Benchmarks;

/// <summary>A service in a process of its own, on a free port. It ends with this one, also when that is killed with -9.</summary>
public sealed class ServiceProcess : IDisposable
{
    /// <summary>The internal credential of every service.</summary>
    public const string Credential = "benchmark-credential-without-value";
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private ServiceProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <summary>The memory that the process has now, in bytes; null on systems without /proc.</summary>
    public long? ResidentBytes
    {
        get
        {
            var status = $"/proc/{ProcessId}/status";
            var line = File.Exists(status)
                ? File.ReadLines(status).FirstOrDefault(text => text.StartsWith("VmRSS:", StringComparison.Ordinal))
                : null;
            return line is null ? null : 1024 * long.Parse(
                line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <param name="service">Its name; the project file names where its program is.</param>
    /// <param name="settings">The environment.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<ServiceProcess> StartAsync(
        string service, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var program = typeof(ServiceProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == service).Value!;
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment.Remove(LoadClientHeap.Variable);
        start.Environment["Internal__Credential"] = Credential;
        // A host that watches its appsettings.json takes one of the few inotify instances of a user.
        start.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        start.Environment["Logging__Console__FormatterOptions__SingleLine"] = "true";
        // Logs the address that it listens on.
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        var process = Process.Start(start)!;
        ProcessGuard.Watch(process.Id, "KILL");
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not { } text)
            {
                return;
            }
            if (text.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(text[(at + Listening.Length)..].Trim()));
            }
            else if (!text.StartsWith("info:", StringComparison.Ordinal))
            {
                Console.Error.WriteLine($"{service}: {text}");
            }
        };
        process.BeginOutputReadLine();
        try
        {
            return new ServiceProcess(process, await address.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken));
        }
        catch (TimeoutException)
        {
            process.Kill();
            ProcessGuard.Forget(process.Id);
            throw new BenchmarkException($"The {service} service did not start.");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        ProcessGuard.Forget(_process.Id);
        _process.Dispose();
    }
}
