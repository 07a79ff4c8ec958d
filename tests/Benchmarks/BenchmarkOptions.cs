using System.Globalization;

namespace ReelBallers.Benchmarks;

/// <summary>The command line options.</summary>
/// <param name="Names">The single benchmarks to run.</param>
/// <param name="Seconds">The time to measure each side of each benchmark, over all rounds.</param>
/// <param name="JsonFile">The file for the results as JSON, if any.</param>
public sealed record BenchmarkOptions(IReadOnlySet<string> Names, int Seconds, string? JsonFile)
{
    /// <summary>Both sides are measured in turns, so that noise affects both equally; the median round counts.</summary>
    public const int Rounds = 3;

    private static readonly string[] Known =
    [
        .. WalletRates.Names, .. WalletGrowth.Names, .. JobsGrowth.Names, .. JobsFlow.Names, .. JobsStreams.Names,
        .. GatewayRates.Names, .. WorkerRates.Names, .. StackCosts.Names,
    ];

    /// <summary>At least three, so that pgbench's time for connecting does not matter.</summary>
    public int RoundSeconds => Math.Max(3, Seconds / Rounds);

    public static BenchmarkOptions? Parse(string[] args, out string error)
    {
        var names = new HashSet<string>();
        var seconds = 30;
        string? jsonFile = null;
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            if (argument == "--json" && i + 1 < args.Length)
            {
                jsonFile = args[++i];
            }
            else if (argument == "--seconds" && i + 1 < args.Length
                && int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= 3600)
            {
            }
            else if (Known.Where(known => known == argument || known.StartsWith(argument + ".", StringComparison.Ordinal))
                .ToArray() is { Length: > 0 } named)
            {
                names.UnionWith(named);
            }
            else
            {
                error = $"'{argument}' is not a benchmark.\n{Usage}";
                return null;
            }
        }
        error = Usage;
        return names.Count > 0 ? new BenchmarkOptions(names, seconds, jsonFile) : null;
    }

    public IReadOnlyList<string> Selected(IEnumerable<string> names) => [.. names.Where(Names.Contains)];

    private static string Usage => $"""
        dotnet run -c Release --project tests/Benchmarks -- NAME... [--json FILE] [--seconds N]
        NAME is one of these, or a common prefix of some of them ('wallet'):
          {string.Join("\n  ", Known)}
        """;
}
