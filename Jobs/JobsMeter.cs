using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The intents of one kind that wait.</summary>
/// <param name="Kind">The step.</param>
/// <param name="Due">How many are due.</param>
/// <param name="OldestDue">How long the oldest of them has been due.</param>
/// <param name="Dead">How many are left to an operator.</param>
internal sealed record IntentBacklog(IntentKind Kind, long Due, TimeSpan OldestDue, long Dead);

/// <summary>The service's metrics.</summary>
internal sealed class JobsMeter
{
    private readonly Histogram<double> _attempts;
    private readonly ObservableGauge<long> _due;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _contradictions;
    private readonly Counter<long> _circuits;
    private readonly Counter<long> _pauses;
    private ImmutableArray<IntentBacklog> _backlogs = [];

    public JobsMeter(IMeterFactory factory)
    {
        var meter = factory.Create("ReelBallers.Jobs");
        _attempts = meter.CreateHistogram(
            "jobs.intents.attempt.duration", "s", "Attempts at a step, by kind and result: done or failed.", advice: Buckets.Durations);
        _due = meter.CreateObservableGauge(
            "jobs.intents.due", () => Measure(backlog => backlog.Due), "{intent}", "Steps that are due, by kind.");
        meter.CreateObservableGauge(
            "jobs.intents.oldest_due_age", () => Measure(backlog => backlog.OldestDue.TotalSeconds), "s",
            "How long the oldest of them has been due, by kind.");
        meter.CreateObservableGauge(
            "jobs.intents.dead", () => Measure(backlog => backlog.Dead), "{intent}", "Steps that were left to an operator, by kind.");
        _ended = meter.CreateCounter<long>("jobs.ended", "{job}", "Jobs that ended, by type and status.");
        _rejected = meter.CreateCounter<long>(
            "jobs.runpod.rejected_key", "{call}", "Calls that RunPod rejected because of the key, the account or the endpoint.");
        _contradictions = meter.CreateCounter<long>(
            "jobs.books.contradictions", "{job}", "Jobs whose end the wallet contradicts; each is left to an operator.");
        _circuits = meter.CreateCounter<long>(
            "jobs.endpoints.circuit_opened", "{opening}", "How often calls to an endpoint were suspended because it did not answer.");
        _pauses = meter.CreateCounter<long>(
            "jobs.endpoints.paused", "{pause}", "How often the margin guard has paused an endpoint, by reason.");
        _duration = meter.CreateHistogram(
            "jobs.duration", "s", "From acceptance to the end, by type and status.", advice: Buckets.Delays);
    }

    /// <summary>Whether the intents are observed, so that they are worth a query.</summary>
    public bool ObservesIntents => _due.Enabled;

    public void Attempted(IntentKind kind, bool isDone, TimeSpan duration) => _attempts.Record(
        duration.TotalSeconds, Kind(kind), new KeyValuePair<string, object?>("result", isDone ? "done" : "failed"));

    public void Intents(ImmutableArray<IntentBacklog> backlogs) => _backlogs = backlogs;

    public void RejectedByRunPod(string operation, int status) => _rejected.Add(
        1, new KeyValuePair<string, object?>("operation", operation),
        new KeyValuePair<string, object?>("http.response.status_code", status));

    public void Contradicted(string code) => _contradictions.Add(1, new KeyValuePair<string, object?>("code", code));

    public void CircuitOpened(string endpointId) => _circuits.Add(1, new KeyValuePair<string, object?>("endpoint", endpointId));

    public void Paused(string endpointId, string reason) => _pauses.Add(
        1, new KeyValuePair<string, object?>("endpoint", endpointId), new KeyValuePair<string, object?>("reason", reason));

    public void Ended(Job job)
    {
        KeyValuePair<string, object?> type = new("type", job.Type.ToWire()), status = new("status", job.Status.ToWire());
        _ended.Add(1, type, status);
        _duration.Record((job.UpdatedAt - job.CreatedAt).TotalSeconds, type, status);
    }

    private IEnumerable<Measurement<T>> Measure<T>(Func<IntentBacklog, T> value) where T : struct =>
        _backlogs.Select(backlog => new Measurement<T>(value(backlog), Kind(backlog.Kind)));

    private static KeyValuePair<string, object?> Kind(IntentKind kind) => new("kind", kind.ToText());
}
