using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The spans that a service starts itself: stored work that is taken up later, maybe by another process, in the trace of
/// what caused it.
/// </summary>
public sealed class ServiceTracer : IDisposable
{
    private readonly ActivitySource _source;

    /// <summary>The source is named after the service: <c>ReelBallers.Payments</c>.</summary>
    public ServiceTracer(IHostEnvironment environment) => _source = new ActivitySource(SourcePrefix + environment.ApplicationName);

    /// <summary>What the names of all services' sources and meters begin with.</summary>
    public const string SourcePrefix = "ReelBallers.";

    /// <summary>
    /// Starts a span for work whose cause was stored as <paramref name="traceParent"/> (<see cref="TraceParents"/>). It
    /// continues the stored trace, and links to the current one if that is another. Without a valid stored text it belongs
    /// to the current trace, or starts one.
    /// </summary>
    /// <returns>The span, to be disposed of when the work is done; null when nothing listens.</returns>
    public Activity? Continue(string name, string? traceParent)
    {
        var current = Activity.Current;
        if (TraceParents.Parse(traceParent) is not { } stored || stored.TraceId == current?.TraceId)
        {
            return _source.StartActivity(name, current is null ? ActivityKind.Consumer : ActivityKind.Internal);
        }
        ActivityLink[] links = current is { IdFormat: ActivityIdFormat.W3C } ? [new ActivityLink(current.Context)] : [];
        return _source.StartActivity(name, ActivityKind.Consumer, stored, links: links);
    }

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();
}

/// <summary>What spans tell about failures.</summary>
public static class ActivityExtensions
{
    /// <summary>Marks the span as failed. The exception's type is recorded and its message is not, which could name a secret.</summary>
    public static void Fail(this Activity? activity, Exception exception) =>
        activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
}
