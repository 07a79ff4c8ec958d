using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// The whole stack, started by the AppHost as a user starts it, on free ports and an empty data directory. At its end
/// it is stopped with SIGTERM, and no process may be left.
/// </summary>
public sealed class Stack : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reelballers-stack-").FullName;
    private readonly StringBuilder _output = new();
    private Process? _appHost;

    /// <summary>The Gateway.</summary>
    public Uri Url => UrlOf("gateway", "http");

    /// <summary>LocalCloud's control port.</summary>
    public Uri Control => UrlOf("localcloud", "control");

    /// <summary>LocalCloud's Stripe.</summary>
    public Uri Stripe => UrlOf("localcloud", "stripe");

    public async Task InitializeAsync()
    {
        var appHost = typeof(Stack).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "AppHost").Value!;
        var start = new ProcessStartInfo("dotnet",
        [
            Path.GetFullPath(appHost), $"--DataDirectory={_directory}", "--StartTimeoutSeconds=300",
            "--Parameters:gateway-port=0", "--Parameters:localcloud-stripe-port=0", "--Parameters:localcloud-runpod-port=0",
            "--Parameters:localcloud-r2-port=0", "--Parameters:localcloud-control-port=0",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(appHost))!,
        };
        _appHost = Process.Start(start)!;
        _appHost.OutputDataReceived += Keep;
        _appHost.ErrorDataReceived += Keep;
        _appHost.BeginOutputReadLine();
        _appHost.BeginErrorReadLine();
        await Eventually.IsTrueAsync(() => Task.FromResult(IsReady()), "the stack is ready", TimeSpan.FromMinutes(5));
    }

    public async Task DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            _appHost!.Kill();
            _appHost.Dispose();
        }
    }

    private async Task StopAsync()
    {
        var children = Running().GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("processId")).Where(id => id.ValueKind == JsonValueKind.Number)
            .Select(id => id.GetInt32()).ToList();
        using var stop = Process.Start("kill", ["-TERM", $"{_appHost!.Id}"]);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await _appHost.WaitForExitAsync(patience.Token);
        Assert.Equal(0, _appHost.ExitCode);
        Assert.NotEmpty(children);
        Assert.All(children, id => Assert.False(IsAlive(id), $"process {id} is left after SIGTERM\n{_output}"));
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Kills the resource's process with -9, as the machine's memory guard would.</summary>
    public async Task KillAsync(string resource)
    {
        var processId = Resource(resource).GetProperty("processId").GetInt32();
        using var process = Process.GetProcessById(processId);
        process.Kill();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
    }

    /// <summary>Waits until everything is healthy again.</summary>
    public Task IsHealthyAsync() => Eventually.IsTrueAsync(
        async () =>
        {
            using var client = new HttpClient();
            try
            {
                using var answer = await client.GetAsync(new Uri(Url, "/api/health"));
                using var control = await client.GetAsync(new Uri(Control, "/health"));
                return answer.IsSuccessStatusCode && control.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "the stack is healthy again", TimeSpan.FromMinutes(3));

    /// <summary>Scripts a fault at LocalCloud's control port.</summary>
    public async Task FaultAsync(object fault)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri(Control, "/faults"), fault);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Takes all faults away.</summary>
    public async Task ClearFaultsAsync()
    {
        using var client = new HttpClient();
        using var answer = await client.DeleteAsync(new Uri(Control, "/faults"));
        Assert.True(answer.IsSuccessStatusCode);
    }

    /// <summary>The value of a parameter that the AppHost made at random for this run.</summary>
    public string Parameter(string name) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_directory, "parameters.json"))).GetProperty(name).GetString()!;

    private Uri UrlOf(string resource, string endpoint) => new(Resource(resource).GetProperty("urls").GetProperty(endpoint).GetString()!);

    private JsonElement Resource(string name) => Running().GetProperty("resources").EnumerateArray()
        .Single(resource => resource.GetProperty("name").GetString() == name);

    private JsonElement Running() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_directory, "running.json")));

    private bool IsReady()
    {
        if (_appHost!.HasExited)
        {
            throw new InvalidOperationException($"The AppHost ended with {_appHost.ExitCode}:\n{_output}");
        }
        return File.Exists(Path.Combine(_directory, "running.json")) && Running().GetProperty("ready").GetBoolean();
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}

/// <summary>One stack for all journeys: they are different users on it.</summary>
[CollectionDefinition(nameof(Stack))]
public sealed class StackCollection : ICollectionFixture<Stack>;
