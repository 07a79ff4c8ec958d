using System.Diagnostics;
using System.Reflection;

namespace ReelBallers.Benchmarks;

/// <summary>The Wallet service in a separate process.</summary>
public sealed class WalletProcess : IDisposable
{
    public const string Credential = "benchmark-credential-without-value";
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private WalletProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public static async Task<WalletProcess> StartAsync(string connectionString, CancellationToken cancellationToken)
    {
        var program = typeof(WalletProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "Wallet").Value!;
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment.Remove(LoadClientHeap.Variable);
        start.Environment["ConnectionStrings__walletdb"] = connectionString;
        start.Environment["Internal__Credential"] = Credential;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        start.Environment["Logging__Console__FormatterOptions__SingleLine"] = "true";
        // Logs the address that it listens on.
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        var process = Process.Start(start)!;
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
                Console.Error.WriteLine($"wallet: {text}");
            }
        };
        process.BeginOutputReadLine();
        try
        {
            return new WalletProcess(process, await address.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken));
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new BenchmarkException("The Wallet service did not start.");
        }
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
