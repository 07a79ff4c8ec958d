using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>The events that a stand-in of a service streams: those that are stored and those that are added.</summary>
public sealed class EventSource<T>(Func<T, long> sequenceOf)
{
    private readonly Lock _lock = new();
    private readonly List<T> _events = [];
    private readonly List<long> _cursors = [];
    private TaskCompletionSource _added = NewSource();

    /// <summary>The cursors with which consumers have come, in their order.</summary>
    public IReadOnlyList<long> Cursors
    {
        get
        {
            lock (_lock)
            {
                return [.. _cursors];
            }
        }
    }

    /// <summary>Adds events whose sequence numbers are their place here.</summary>
    public void Add(params Func<long, T>[] events)
    {
        lock (_lock)
        {
            foreach (var one in events)
            {
                _events.Add(one(_events.Count + 1));
            }
            Interlocked.Exchange(ref _added, NewSource()).SetResult();
        }
    }

    public async Task StreamAsync(long after, IServerStreamWriter<T> stream, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _cursors.Add(after);
        }
        while (true)
        {
            List<T> next;
            Task added;
            lock (_lock)
            {
                (next, added) = ([.. _events.Where(one => sequenceOf(one) > after)], _added.Task);
            }
            foreach (var one in next)
            {
                await stream.WriteAsync(one, cancellationToken);
                after = sequenceOf(one);
            }
            await added.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal sealed class PaymentEventsStandIn(EventSource<PaymentEvent> events) : PaymentsService.PaymentsServiceBase
{
    public override Task WatchPayments(
        WatchPaymentsRequest request, IServerStreamWriter<PaymentEvent> responseStream, ServerCallContext context) =>
        events.StreamAsync(request.AfterSequence, responseStream, context.CancellationToken);
}

internal sealed class EndedJobsStandIn(EventSource<EndedJob> events) : JobsService.JobsServiceBase
{
    public override Task WatchEndedJobs(
        WatchEndedJobsRequest request, IServerStreamWriter<EndedJob> responseStream, ServerCallContext context) =>
        events.StreamAsync(request.AfterSequence, responseStream, context.CancellationToken);
}
