using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LocalPostgres;

namespace ReelBallers.AppHost.Tests;

/// <summary>The AppHost as a process of its own, as a user starts it, on free ports.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    // Two replicas of everything took 4.6 minutes on two cores at a load of 45.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public AppHostProcess(string data, params string[] arguments)
        : this(data, [], arguments)
    {
    }

    public AppHostProcess(string data, Dictionary<string, string> environment, params string[] arguments)
    {
        Data = data;
        var appHost = Path.GetFullPath(typeof(AppHostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "AppHost").Value!);
        string[] freePorts =
        [
            .. new[]
            {
                "gateway", "dashboard", "localcloud-stripe", "localcloud-runpod", "localcloud-r2", "localcloud-resend",
                "localcloud-openid", "localcloud-tradingview", "localcloud-control",
            }.Select(name => $"--Parameters:{name}-port=0"),
        ];
        // A shell that runs us in the background has Ctrl-C ignored, and a process that is started here would inherit that.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["env", "dotnet"];
        var info = new ProcessStartInfo(command[0], [.. command[1..], appHost, $"--DataDirectory={data}", .. freePorts, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(appHost)!,
        };
        info.Environment["DCP_DIAGNOSTICS_LOG_LEVEL"] = "debug";
        info.Environment["DCP_DIAGNOSTICS_LOG_FOLDER"] = OrchestratorLog;
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        ProcessGuard.Watch(ProcessId, "TERM");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Data { get; }

    public int ProcessId => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public async Task<Running> WhenAsync(Func<Running, bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience && !_process.HasExited)
        {
            if (await ReadAsync() is { } running && running.ProcessId == ProcessId && condition(running))
            {
                return running;
            }
            await Task.Delay(100);
        }
        var orchestrator = Directory.GetFiles(OrchestratorLog, "*.log").Order().Select(file =>
            $"{Path.GetFileName(file)}:\n{string.Join('\n', File.ReadLines(file).TakeLast(40))}");
        throw new TimeoutException(
            $"It never came to that after {waited.Elapsed.TotalSeconds:0} s. "
            + $"What runs:\n{JsonSerializer.Serialize(await ReadAsync(), Json)}\n"
            + $"The AppHost said:\n{Output}\nIts orchestrator:\n{string.Join('\n', orchestrator)}");
    }

    /// <summary>Waits until its output, which comes through a pipe, matches.</summary>
    public async Task SaysAsync(string pattern)
    {
        var waited = Stopwatch.StartNew();
        while (!Regex.IsMatch(Output, pattern))
        {
            Assert.True(waited.Elapsed < Patience, $"It did not say '{pattern}' but:\n{Output}");
            await Task.Delay(100);
        }
    }

    public Task<Running> WhenReadyAsync() => WhenAsync(running => running.Ready);

    /// <summary>After it was killed, it is back with another process and healthy.</summary>
    public Task<Running> WhenBackAsync(RunningResource before) => WhenAsync(running =>
        Of(running, before.Name) is { State: "Running", Health: "Healthy", ProcessId: { } now } && now != before.ProcessId);

    public static RunningResource Of(Running running, string name) => running.Resources.Single(resource => resource.Name == name);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        // Once more, without a limit: that waits for the rest of the output as well.
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Signal(int signal) => ProcessSignal.Send(ProcessId, signal);

    /// <summary>The environment that a process of the stack was started with.</summary>
    public static async Task<Dictionary<string, string>> EnvironmentOfAsync(RunningResource resource) =>
        (await File.ReadAllTextAsync($"/proc/{resource.ProcessId}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>All processes that were started for the stack, with their children.</summary>
    public static async Task<List<int>> ProcessesAsync(Running running)
    {
        var (_, list) = await Tool.RunAsync("ps", ["-eo", "pid=,ppid="], null, CancellationToken.None);
        var parents = list.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(pair => pair.Length == 2).ToLookup(pair => pair[1], pair => pair[0]);
        var all = new List<int>();
        var open = new Queue<string>(running.Resources.Select(resource => $"{resource.ProcessId}"));
        while (open.TryDequeue(out var id))
        {
            all.Add(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
            foreach (var child in parents[id])
            {
                open.Enqueue(child);
            }
        }
        return all;
    }

    public static async Task GoneAsync(IEnumerable<int> processes)
    {
        var waited = Stopwatch.StartNew();
        foreach (var process in processes)
        {
            while (await Tool.CommandLineAsync(process, CancellationToken.None) is { Length: > 0 } left)
            {
                Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), $"Process {process} is still there: {left.Replace('\0', ' ')}");
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(ProcessSignal.Terminate);
            await ExitAsync();
        }
        ProcessGuard.Forget(ProcessId);
        _process.Dispose();
    }

    private string OrchestratorLog => Path.Combine(Data, "orchestrator-log");

    private async Task<Running?> ReadAsync()
    {
        try
        {
            return JsonSerializer.Deserialize<Running>(await File.ReadAllBytesAsync(Path.Combine(Data, "running.json")), Json);
        }
        catch (IOException)
        {
            return null; // Not there yet, or not any more.
        }
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
