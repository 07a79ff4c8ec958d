using System.Globalization;

namespace ReelBallers.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Names">The single benchmarks to run.</param>
/// <param name="Seconds">How long each side of each benchmark is measured, over all its rounds.</param>
/// <param name="JsonFile">Where the results go as JSON, if anywhere.</param>
public sealed record BenchmarkOptions(IReadOnlySet<string> Names, int Seconds, string? JsonFile)
{
    /// <summary>Both sides take turns, so that a noisy machine disturbs both alike; the median round counts.</summary>
    public const int Rounds = 3;

    private static readonly string[] Known = [.. WalletRates.Names, .. WalletGrowth.Names];

    /// <summary>At least three: in less, pgbench would be measured at connecting.</summary>
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
            else if (Known.Where(known => known == argument || known.StartsWith(argument + ".", StringComparison.Ordinal)).ToArray() is { Length: > 0 } named)
            {
                names.UnionWith(named);
            }
            else
            {
                error = $"'{argument}' is no benchmark.\n{Usage}";
                return null;
            }
        }
        error = Usage;
        return names.Count > 0 ? new BenchmarkOptions(names, seconds, jsonFile) : null;
    }

    public IReadOnlyList<string> Selected(IEnumerable<string> names) => [.. names.Where(Names.Contains)];

    private static string Usage => $"""
        dotnet run -c Release --project tests/Benchmarks -- NAME... [--json FILE] [--seconds N]
        NAME is one of these, or what some of them begin with ('wallet'):
          {string.Join("\n  ", Known)}
        """;
}
