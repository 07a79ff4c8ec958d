using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ReelBallers.Benchmarks;

/// <summary>All results, as a table and as JSON.</summary>
public sealed class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly List<Result> _results = [];
    private readonly List<string> _rows = [];

    public string PostgresVersion { get; set; } = "";

    /// <summary>Operations per second on both sides.</summary>
    public void AddRates(string name, Series ours, string peer, Series peers, string notes)
    {
        var ratio = ours.Rate / peers.Rate;
        _results.Add(new Result(name, Math.Round(ours.Rate), "operations/s", peer, Math.Round(peers.Rate), Math.Round(ratio, 2),
            Text($"{notes}; p50 {ours.P50:0.00} ms, p99 {ours.P99:0.00} ms; {peer}'s p50 {peers.P50:0.00} ms, p99 {peers.P99:0.00} ms")));
        AddRow(name, ours, peer, peers, Text($"{ratio:0.00} × its rate"));
    }

    /// <summary>The 99th percentile of both, where less is better.</summary>
    public void AddP99(string name, Series ours, string peer, Series peers, string notes)
    {
        var ratio = ours.P99 / peers.P99;
        _results.Add(new Result(name, Math.Round(ours.P99, 3), "ms (p99)", peer, Math.Round(peers.P99, 3), Math.Round(ratio, 2), notes));
        AddRow(name, ours, peer, peers, Text($"{ratio:0.00} × its p99"));
    }

    /// <summary>The median of both, where less is better.</summary>
    public void AddP50(string name, Series ours, string peer, Series peers, string notes)
    {
        var ratio = ours.P50 / peers.P50;
        _results.Add(new Result(name, Math.Round(ours.P50, 3), "ms (p50)", peer, Math.Round(peers.P50, 3), Math.Round(ratio, 2), notes));
        AddRow(name, ours, peer, peers, Text($"{ratio:0.00} × its p50"));
    }

    /// <summary>A single value beside a limit; it has no rates.</summary>
    public void AddValue(string name, double value, string unit, string peer, double limit, string notes) =>
        _results.Add(new Result(
            name, Math.Round(value, 1), unit, peer, limit, Math.Round(value / limit, 2), Text($"{value:0.#} {unit}; {notes}")));

    public void Print(TextWriter writer)
    {
        writer.WriteLine(Text(
            $"{Environment.ProcessorCount} cores ({Processor()}), ")
            + (PostgresVersion.Length > 0 ? $"PostgreSQL {PostgresVersion} (durable, default settings), " : "")
            + Text($".NET {Environment.Version}, {RuntimeInformation.OSDescription}."));
        writer.WriteLine();
        writer.WriteLine("| Name | Rate/s | p50 ms | p99 ms | CPU µs: service + PostgreSQL | client "
            + "| Peer | Rate/s | p50 ms | p99 ms | CPU µs: PostgreSQL | client | Ratio |");
        writer.WriteLine("|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|");
        _rows.ForEach(writer.WriteLine);
        writer.WriteLine();
        _results.ForEach(result => writer.WriteLine($"- `{result.Name}`: {result.Notes}"));
    }

    public void WriteJson(string file) => File.WriteAllText(file, JsonSerializer.Serialize(_results, Json) + "\n");

    private void AddRow(string name, Series ours, string peer, Series peers, string ratio) =>
        _rows.Add($"| `{name}` | {Cells(ours)} | {peer} | {Cells(peers)} | {ratio} |");

    private static string Cells(Series series) =>
        Text($"{series.Rate:N0} | {series.P50:0.00} | {series.P99:0.00} | {Cpu(series.ServerCpu)} | {Cpu(series.ClientCpu)}");

    private static string Cpu(double? microseconds) => microseconds is { } known ? Text($"{known:0.0}") : "?";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Processor() =>
        (File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null)
            ?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private sealed record Result(string Name, double Value, string Unit, string Peer, double PeerValue, double Ratio, string Notes);
}
