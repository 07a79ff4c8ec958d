using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ReelBallers.Benchmarks;

/// <summary>What the local stack costs: the time until it is ready, and its memory.</summary>
public static class StackCosts
{
    private const string Start = "stack.start";
    private const string Memory = "stack.memory";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);
    private static readonly string[] FreePorts =
    [
        .. new[] { "gateway", "dashboard", "localcloud-stripe", "localcloud-runpod", "localcloud-r2", "localcloud-control" }
            .Select(name => $"--Parameters:{name}-port=0"),
    ];

    public static readonly string[] Names = [Start, Memory];

    public static async Task RunAsync(IReadOnlyList<string> names, Report report, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("reelballers-stack-");
        try
        {
            var first = await MeasureAsync(data.FullName, cancellationToken);
            var second = await MeasureAsync(data.FullName, cancellationToken);
            if (names.Contains(Start))
            {
                report.AddValue(Start, second.ReadySeconds, "s", "with empty data", first.ReadySeconds,
                    "from the start of the AppHost until all is healthy; "
                    + FormattableString.Invariant($"{first.ReadySeconds:0.0} s with empty data"));
            }
            if (names.Contains(Memory))
            {
                report.AddValue(Memory, second.MemoryMegabytes, "MB", "after the start with empty data", first.MemoryMegabytes,
                    FormattableString.Invariant($"PSS of {second.Processes} processes, {Settling.TotalSeconds:0} s after they are ready; ")
                    + FormattableString.Invariant($"{first.MemoryMegabytes:0} MB after the start with empty data"));
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(double ReadySeconds, double MemoryMegabytes, int Processes)> MeasureAsync(
        string data, CancellationToken cancellationToken)
    {
        var program = Path.GetFullPath(typeof(StackCosts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "AppHost").Value!);
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet", [program, $"--DataDirectory={data}", .. FreePorts])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment.Remove(LoadClientHeap.Variable);
        using var appHost = Process.Start(start)!;
        var output = appHost.StandardOutput.ReadToEndAsync(cancellationToken);
        try
        {
            var resources = await ReadyAsync(appHost, Path.Combine(data, "running.json"), clock, cancellationToken);
            var ready = clock.Elapsed.TotalSeconds;
            await Task.Delay(Settling, cancellationToken);
            var (kilobytes, processes) = ProcessMemory.OfFamilies([appHost.Id, .. resources]);
            return (ready, kilobytes / 1024.0, processes);
        }
        finally
        {
            // As Ctrl-C: it stops everything that it has started.
            using var kill = Process.Start("kill", ["-INT", appHost.Id.ToString(CultureInfo.InvariantCulture)]);
            await appHost.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            await output;
        }
    }

    /// <summary>Waits until all is healthy; returns the processes of the resources.</summary>
    private static async Task<int[]> ReadyAsync(Process appHost, string file, Stopwatch clock, CancellationToken cancellationToken)
    {
        while (clock.Elapsed < Patience && !appHost.HasExited)
        {
            if (Read(file) is { } running && running.GetProperty("processId").GetInt32() == appHost.Id
                && running.GetProperty("ready").GetBoolean())
            {
                return
                [
                    .. running.GetProperty("resources").EnumerateArray().Select(resource => resource.GetProperty("processId"))
                        .Where(id => id.ValueKind == JsonValueKind.Number).Select(id => id.GetInt32()),
                ];
            }
            await Task.Delay(50, cancellationToken);
        }
        throw new BenchmarkException("The stack did not become ready. Start it with dotnet run --project AppHost to see why.");
    }

    private static JsonElement? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null; // Not written yet.
        }
    }
}
