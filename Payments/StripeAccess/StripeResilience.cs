using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ReelBallers.Payments;

/// <summary>
/// Time limits, retries and a circuit breaker for the calls to Stripe. While the circuit is open, calls fail at once
/// instead of waiting.
/// </summary>
internal sealed partial class StripeResilience : DelegatingHandler
{
    public const int MaxRetries = 2;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public StripeResilience(StripeOptions options, TimeProvider time, ILogger<StripeResilience> logger, HttpMessageHandler inner)
        : base(inner)
    {
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = MaxDelay,
                ShouldHandle = attempt => ValueTask.FromResult(ShouldRetry(attempt.Outcome, time)),
                DelayGenerator = attempt => ValueTask.FromResult(RetryAfter(attempt.Outcome.Result, time)),
                OnRetry = attempt =>
                {
                    attempt.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakAfter,
                SamplingDuration = Sampling,
                BreakDuration = Break,
                ShouldHandle = attempt => ValueTask.FromResult(IsDead(attempt.Outcome)),
                OnOpened = opened =>
                {
                    LogBroken(logger, opened.BreakDuration.TotalSeconds);
                    return default;
                },
                OnClosed = _ =>
                {
                    LogWell(logger);
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = AttemptTimeout })
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token =>
        {
            var response = await base.SendAsync(request, token);
            // Includes the body: an interrupted one is a failed attempt too.
            await response.Content.LoadIntoBufferAsync(token);
            return response;
        }, cancellationToken);

    private static bool ShouldRetry(Outcome<HttpResponseMessage> outcome, TimeProvider time)
    {
        if (outcome.Result is not { } response)
        {
            return outcome.Exception is HttpRequestException or TimeoutRejectedException;
        }
        if (RetryAfter(response, time) > MaxDelay)
        {
            // Longer than a caller waits for an answer.
            return false;
        }
        return ShouldRetry(response) ?? (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests
            || (int)response.StatusCode >= 500);
    }

    // Stripe's own header decides, if present.
    private static bool? ShouldRetry(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Stripe-Should-Retry", out var values)
            ? values.FirstOrDefault() switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            }
            : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    // A rejection is an answer, and so is a rate limit.
    private static bool IsDead(Outcome<HttpResponseMessage> outcome) => outcome.Result is { } response
        ? (int)response.StatusCode >= 500
        : outcome.Exception is HttpRequestException or TimeoutRejectedException;

    [LoggerMessage(LogLevel.Error, "Stripe does not answer; calls are suspended for {Seconds} s")]
    private static partial void LogBroken(ILogger logger, double seconds);

    [LoggerMessage(LogLevel.Information, "Stripe answers again")]
    private static partial void LogWell(ILogger logger);
}
