using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ReelBallers.Payments;

/// <summary>
/// Between us and Stripe: an attempt has its time, what can end otherwise the next time is tried again, and a Stripe that
/// is dead is left alone for a moment, so that whoever asks meanwhile is answered at once.
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

    public StripeResilience(PaymentsOptions options, TimeProvider time, ILogger<StripeResilience> logger, HttpMessageHandler inner)
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
                MinimumThroughput = options.StripeBreakAfter,
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
            // With its body: one that breaks off is a failed attempt too.
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
            // Longer than anybody waits for an answer.
            return false;
        }
        return ShouldRetry(response) ?? (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500);
    }

    // Stripe knows best, when it says so.
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

    // A refusal is an answer, and so is being asked to come later.
    private static bool IsDead(Outcome<HttpResponseMessage> outcome) => outcome.Result is { } response
        ? (int)response.StatusCode >= 500
        : outcome.Exception is HttpRequestException or TimeoutRejectedException;

    [LoggerMessage(LogLevel.Error, "Stripe does not answer and is left alone for {Seconds} s")]
    private static partial void LogBroken(ILogger logger, double seconds);

    [LoggerMessage(LogLevel.Information, "Stripe answers again")]
    private static partial void LogWell(ILogger logger);
}
