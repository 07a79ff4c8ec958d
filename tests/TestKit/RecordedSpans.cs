using System.Collections.Concurrent;
using System.Diagnostics;

namespace ReelBallers.TestKit;

/// <summary>Records the spans that end in this process, of our services and of the libraries below them.</summary>
public sealed class RecordedSpans : IDisposable
{
    private readonly ActivitySource _source = new("ReelBallers.Tests");
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Starts a trace, as a person's click does. What is called until it is disposed belongs to it.</summary>
    public Activity StartTrace()
    {
        Activity.Current = null;
        return _source.StartActivity("click")!;
    }

    /// <summary>The spans of that trace that have ended.</summary>
    public IReadOnlyList<Activity> Of(ActivityTraceId trace) => [.. _ended.Where(span => span.TraceId == trace)];

    /// <summary>The spans of that source that have ended, in all traces.</summary>
    public IReadOnlyList<Activity> All(string source) => [.. _ended.Where(span => span.Source.Name == source)];

    /// <summary>The first span of that name, or with that gRPC method, in the trace; waits until it has ended.</summary>
    public Task<Activity> FirstAsync(ActivityTraceId trace, string name, ActivityKind? kind = null) => Eventually.BecomesAsync(
        () => Task.FromResult(Of(trace).FirstOrDefault(span => IsNamed(span, name) && (kind is null || span.Kind == kind))!),
        span => span is not null, $"a span '{name}' in the trace {trace}");

    /// <summary>Whether one span is below the other in the trace.</summary>
    public bool IsBelow(Activity span, Activity above)
    {
        var byId = Of(span.TraceId).ToDictionary(known => known.SpanId);
        for (var parent = byId.GetValueOrDefault(span.ParentSpanId); parent is not null;
            parent = byId.GetValueOrDefault(parent.ParentSpanId))
        {
            if (parent.SpanId == above.SpanId)
            {
                return true;
            }
        }
        return false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    private static bool IsNamed(Activity span, string name) =>
        span.DisplayName == name || (span.GetTagItem("grpc.method") as string)?.EndsWith($"/{name}", StringComparison.Ordinal) == true;
}
