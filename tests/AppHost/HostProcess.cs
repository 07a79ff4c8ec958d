using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Aspire.Hosting.Runtime;
using LocalPostgres;

namespace ReelBallers.AppHost.Tests;

/// <summary>The fixture's AppHost as a process of its own, on its own data and on free ports.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly StringBuilder text = new();
    private readonly Process process;

    public HostProcess(string data, params string[] arguments)
    {
        Data = data;
        // A shell that runs us in the background has Ctrl-C ignored, and whoever is started here would inherit that.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["env", "dotnet"];
        var info = new ProcessStartInfo(command[0], [.. command[1..], new Projects.Host().TargetPath, $"--DataDirectory={data}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["Parameters__unrelated"] = "not for the services";
        info.Environment["ASPNETCORE_HTTP_PORTS"] = "1";
        process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Data { get; }

    public int ProcessId => process.Id;

    public string Output
    {
        get
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }

    public async Task<Running> WhenAsync(Func<Running, bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience && !process.HasExited)
        {
            if (await ReadAsync() is { } running && condition(running))
            {
                return running;
            }
            await Task.Delay(50);
        }
        throw new TimeoutException($"It never came to that. The AppHost said:\n{Output}");
    }

    public Task<Running> WhenReadyAsync() => WhenAsync(running => running.Ready && running.ProcessId == ProcessId);

    /// <summary>After it was killed, it is back with another process and healthy.</summary>
    public Task<Running> WhenBackAsync(RunningResource before) => WhenAsync(running =>
        Of(running, before.Name) is { State: "running", ProcessId: { } now } && now != before.ProcessId);

    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public void Signal(int signal) => ProcessSignal.Send(ProcessId, signal);

    public static RunningResource Of(Running running, string name) => running.Resources.Single(resource => resource.Name == name);

    public async Task<Dictionary<string, string>> EnvironmentOfAsync(RunningResource resource) =>
        (await client.GetFromJsonAsync<Dictionary<string, string>>(resource.Urls["http"] + "/environment"))!;

    public async Task ListensAsync(RunningResource resource)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await EnvironmentOfAsync(resource);
                return;
            }
            catch (HttpRequestException) when (waited.Elapsed < Patience)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Lets it start a process of its own, and returns that one's number.</summary>
    public async Task<int> ChildOfAsync(RunningResource resource) => await client.GetFromJsonAsync<int>(resource.Urls["http"] + "/child");

    public static async Task GoneAsync(int processId)
    {
        var waited = Stopwatch.StartNew();
        while (await Tool.CommandLineAsync(processId, CancellationToken.None) is { Length: > 0 } left)
        {
            Assert.True(waited.Elapsed < Patience, $"Process {processId} is still there: {left.Replace('\0', ' ')}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Signal(ProcessSignal.Terminate);
            await ExitAsync();
        }
        process.Dispose();
        client.Dispose();
    }

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
        lock (text)
        {
            text.AppendLine(line);
        }
    }
}
