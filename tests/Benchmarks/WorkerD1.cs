using System.Diagnostics;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The simplest wallet as a Cloudflare Worker with D1 (<c>worker-d1/worker.mjs</c>), run by miniflare: workerd, with D1 in a file.
/// </summary>
internal sealed class WorkerD1 : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private long _debits;
    private int _next;

    private WorkerD1(Process process, DirectoryInfo data, Uri address, string[] users) =>
        (_process, _data, Address, Users) = (process, data, address, users);

    public Uri Address { get; }

    private string[] Users { get; }

    /// <exception cref="BenchmarkException">npm is not there, or the Worker does not start.</exception>
    public static async Task<WorkerD1> StartAsync(IEnumerable<string> userIds, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "worker-d1");
        var users = userIds.ToArray();
        using (var install = Start("npm", folder, "ci", "--no-audit", "--no-fund", "--silent"))
        {
            await install.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            if (install.ExitCode != 0)
            {
                throw new BenchmarkException($"npm ci failed in {folder}. Run it there to see why.");
            }
        }
        var data = Directory.CreateTempSubdirectory("reelballers-d1-");
        var file = Path.Combine(data.FullName, "users.txt");
        await File.WriteAllLinesAsync(file, users, cancellationToken);
        var process = Start("node", folder, "run.mjs", data.FullName, file, $"{WalletLoad.FundsCents}");
        try
        {
            var line = process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();
            return await line.WaitAsync(Patience, cancellationToken) is { } address
                ? new WorkerD1(process, data, new Uri(address), users)
                : throw new BenchmarkException("The Worker did not start: miniflare printed no address.");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>CPU time of all processes so far.</summary>
    public TimeSpan? ServerCpu() => CpuClock.OfFamily(_process.Id);

    public HttpRequestMessage ReadBalance() => Request(HttpMethod.Get, Next());

    public HttpRequestMessage Debit() => Debit(Next());

    /// <summary>A debit of the first user.</summary>
    public HttpRequestMessage DebitHot() => Debit(Users[0]);

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private HttpRequestMessage Debit(string user)
    {
        var request = Request(HttpMethod.Post, user);
        request.Content = ServiceRequest.Content(ServiceRequest.DebitBody($"job-{Interlocked.Increment(ref _debits)}"));
        return request;
    }

    private static HttpRequestMessage Request(HttpMethod method, string user)
    {
        var request = new HttpRequestMessage(method, new Uri("/", UriKind.Relative));
        request.Headers.Add(InternalHeaders.UserId, user);
        return request;
    }

    private string Next() => Users[(uint)Interlocked.Increment(ref _next) % Users.Length];

    private static Process Start(string program, string folder, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
