using Polly;
using Polly.CircuitBreaker;

namespace ReelBallers.Jobs;

/// <summary>
/// The circuit breaker of one endpoint: when most calls of the last half minute had no usable answer, calls fail at once for a
/// while. Then a single call tries it again, and each failure doubles the pause.
/// </summary>
internal sealed partial class EndpointCircuit
{
    private const int MaxDoublings = 4;
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private long _openUntilTicks;

    public EndpointCircuit(string endpointId, int breakAfter, JobsMeter meter, TimeProvider time, ILogger<EndpointCircuit> logger)
    {
        _time = time;
        Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = breakAfter,
                SamplingDuration = Sampling,
                BreakDurationGenerator = failed => ValueTask.FromResult(
                    FirstBreak * Math.Pow(2, Math.Min(failed.HalfOpenAttempts, MaxDoublings))),
                ShouldHandle = attempt => ValueTask.FromResult(IsFailure(attempt.Outcome, attempt.Context.CancellationToken)),
                OnOpened = opened =>
                {
                    Volatile.Write(ref _openUntilTicks, (time.GetUtcNow() + opened.BreakDuration).UtcTicks);
                    meter.CircuitOpened(endpointId);
                    LogOpened(logger, endpointId, opened.BreakDuration.TotalSeconds);
                    return default;
                },
                OnClosed = _ =>
                {
                    Volatile.Write(ref _openUntilTicks, 0);
                    LogClosed(logger, endpointId);
                    return default;
                },
            })
            .Build();
    }

    public ResiliencePipeline<HttpResponseMessage> Pipeline { get; }

    /// <summary>Whether calls fail at once; false again when the next call may try it.</summary>
    public bool IsOpen => _time.GetUtcNow().UtcTicks < Volatile.Read(ref _openUntilTicks);

    // A rejection is an answer, and so is a rate limit.
    private static bool IsFailure(Outcome<HttpResponseMessage> outcome, CancellationToken callerToken) => outcome switch
    {
        { Result: { } response } => (int)response.StatusCode >= 500,
        { Exception: OperationCanceledException } => !callerToken.IsCancellationRequested,
        { Exception: HttpRequestException } => true,
        _ => false,
    };

    [LoggerMessage(LogLevel.Error, "Endpoint {EndpointId} does not answer; calls are suspended for {Seconds} s")]
    private static partial void LogOpened(ILogger logger, string endpointId, double seconds);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointId} answers again")]
    private static partial void LogClosed(ILogger logger, string endpointId);
}
