using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.RateLimiting;

namespace ReelBallers.Jobs;

/// <summary>
/// Sends the calls to RunPod: within the rate limit of each endpoint and operation, whatever makes the calls, and not to an
/// endpoint that does not answer.
/// </summary>
internal sealed class RunPodCalls(
    Replicas replicas, JobsMeter meter, IOptions<RunPodOptions> options, TimeProvider time, ILogger<EndpointCircuit> logger) : IDisposable
{
    // RunPod allows 200, 400 and 20.
    private const int MaxOpenSubmissions = 160;
    private const int MaxOpenStatusCalls = 320;
    private const int MaxOpenCancellations = 16;

    private const int MaxHealthCalls = 10;

    private static readonly TimeSpan MaxSuspension = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, EndpointCircuit> _circuits = new();
    private readonly ConcurrentDictionary<(string, RunPodOperation), Line> _lines = new();

    /// <summary>Whether submissions to the endpoint would fail at once: its circuit is open, or it has asked to wait.</summary>
    public bool IsSuspended(string endpointId) =>
        Circuit(endpointId).IsOpen
        || (_lines.TryGetValue((endpointId, RunPodOperation.Run), out var line) && time.GetUtcNow() < line.SuspendedUntil);

    /// <summary>Waits for the rate limit and sends the call.</summary>
    /// <exception cref="ExecutionRejectedException">It was not sent.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        string endpointId, RunPodOperation operation, Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken)
    {
        var line = _lines.GetOrAdd((endpointId, operation), _ => CreateLine(endpointId, operation));
        var left = line.SuspendedUntil - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            throw new RateLimiterRejectedException("RunPod has asked to wait.", left);
        }
        var response = await line.Pipeline.ExecuteAsync(
            async (call, token) => await call(token), send, cancellationToken);
        if (response.StatusCode == HttpStatusCode.TooManyRequests && RunPodAnswers.RetryAfter(response, time.GetUtcNow()) is { } wait)
        {
            line.SuspendedUntil = time.GetUtcNow() + (wait < MaxSuspension ? wait : MaxSuspension);
        }
        return response;
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values)
        {
            line.Rate.Dispose();
        }
    }

    private EndpointCircuit Circuit(string endpointId) => _circuits.GetOrAdd(
        endpointId, id => new EndpointCircuit(id, options.Value.BreakAfter, meter, time, logger));

    private CallRate CreateRate(RunPodOperation operation)
    {
        var (perSecond, concurrent) = operation switch
        {
            RunPodOperation.Run => (options.Value.RunsPerSecond, MaxOpenSubmissions),
            RunPodOperation.Status => (options.Value.StatusCallsPerSecond, MaxOpenStatusCalls),
            RunPodOperation.Cancel => (options.Value.CancelsPerSecond, MaxOpenCancellations),
            RunPodOperation.Health => (MaxHealthCalls, MaxHealthCalls),
        };
        return new CallRate(perSecond, concurrent, () => replicas.Count);
    }

    private Line CreateLine(string endpointId, RunPodOperation operation)
    {
        var rate = CreateRate(operation);
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRateLimiter(new RateLimiterStrategyOptions { RateLimiter = call => rate.AcquireAsync(call.Context.CancellationToken) })
            .AddPipeline(Circuit(endpointId).Pipeline)
            .Build();
        return new Line(rate, pipeline);
    }

    private sealed class Line(CallRate rate, ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        private long _suspendedUntilTicks;

        public CallRate Rate => rate;

        public ResiliencePipeline<HttpResponseMessage> Pipeline => pipeline;

        /// <summary>RunPod has asked not to call before.</summary>
        public DateTimeOffset SuspendedUntil
        {
            get => new(Volatile.Read(ref _suspendedUntilTicks), TimeSpan.Zero);
            set => Volatile.Write(ref _suspendedUntilTicks, value.UtcTicks);
        }
    }
}
