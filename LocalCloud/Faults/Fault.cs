namespace ReelBallers.LocalCloud.Faults;

/// <summary>A scripted fault, with its counters. Guarded by <see cref="FaultStore"/>.</summary>
internal sealed class Fault(string id, FaultRequest request)
{
    private readonly Random? _draw = request.Seed is { } seed ? new Random(seed) : null;
    private int _chosen;

    public string Id => id;

    public FaultRequest Request => request;

    public FaultKind Kind => request.Kind;

    public int Status => request.Status ?? 500;

    public TimeSpan Delay => TimeSpan.FromMilliseconds(request.DelayMs ?? 1000);

    /// <summary>How many requests or events it has matched.</summary>
    public int Seen { get; private set; }

    /// <summary>How many of them it was applied to.</summary>
    public int Struck { get; private set; }

    public bool Matches(CloudName cloud, FaultKind kind, string subject)
    {
        if (cloud != request.Cloud || kind != request.Kind)
        {
            return false;
        }

        if (request.Match.Length == 0)
        {
            return true;
        }

        if (request.Match.Contains(' ', StringComparison.Ordinal))
        {
            return subject.StartsWith(request.Match, StringComparison.Ordinal);
        }

        return request.Match.EndsWith(".*", StringComparison.Ordinal)
            ? subject.StartsWith(request.Match[..^1], StringComparison.Ordinal)
            : subject == request.Match;
    }

    /// <summary>Counts a match and tells whether to apply the fault to it.</summary>
    public bool Count()
    {
        var limit = request.Times ?? (request.Every is null ? 1 : int.MaxValue);
        if (Struck >= limit)
        {
            return false;
        }

        var strikes = IsTurn();
        Seen++;
        Struck += strikes ? 1 : 0;
        return strikes;
    }

    private bool IsTurn()
    {
        if (request.Every is not { } every)
        {
            return true;
        }

        var place = Seen % every;
        if (place == 0)
        {
            _chosen = _draw?.Next(every) ?? every - 1;
        }

        return place == _chosen;
    }
}
