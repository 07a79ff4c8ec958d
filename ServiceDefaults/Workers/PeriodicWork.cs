namespace ReelBallers.ServiceDefaults;

/// <summary>When a <see cref="PeriodicWorker"/> runs and how it reports its failures.</summary>
/// <param name="Interval">
/// From the start of one round to the start of the next; the first round is due one interval after the start.
/// </param>
/// <param name="Failure">The log message of a failed round, without a period at its end: "The due events could not be read".</param>
public sealed record PeriodicWork(TimeSpan Interval, string Failure)
{
    /// <summary>
    /// The share of the interval by which a round may be early or late, so that replicas started together drift apart; from 0 to 1.
    /// </summary>
    public double Jitter { get; init; }

    /// <summary>Held during a round, so that one replica at a time runs it; the others skip theirs. Null: every replica runs.</summary>
    public AdvisoryLock? Lock { get; init; }

    internal TimeSpan NextInterval() => Interval * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
}
