using System.Net;
using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>What became of an attempt to post.</summary>
/// <param name="Error">Why it failed; null when it was accepted.</param>
/// <param name="IsFinal">Whether another attempt would fail too.</param>
/// <param name="Pause">For how long the receiver wants no other one; zero when it does not say.</param>
internal sealed record PostResult(string? Error, bool IsFinal, TimeSpan Pause);

/// <summary>Posts to the webhook as Slack's incoming webhooks take it. The URL is a secret: it is in no log, span or error.</summary>
internal sealed class AlertWebhook(HttpClient client, IOptions<AlertsOptions> options, TimeProvider time)
{
    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>One attempt. Slack knows no idempotency key: when an answer is lost, the text may come twice.</summary>
    public async Task<PostResult> SendAsync(string text, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Value.WebhookUrl))
        {
            Content = JsonContent.Create(new { text }),
        };
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode
                ? new PostResult(Error: null, IsFinal: true, TimeSpan.Zero)
                : new PostResult($"The webhook answered {(int)answer.StatusCode}.", IsFinal(answer.StatusCode), PauseOf(answer));
        }
        catch (HttpRequestException failure)
        {
            return new PostResult($"The webhook could not be reached: {failure.HttpRequestError}.", IsFinal: false, TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PostResult("The webhook did not answer in time.", IsFinal: false, TimeSpan.Zero);
        }
    }

    // A redirect is not followed: the URL is one that takes posts.
    private static bool IsFinal(HttpStatusCode status) =>
        (int)status is >= 300 and < 500 && status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);

    private TimeSpan PauseOf(HttpResponseMessage answer)
    {
        var pause = RetryAfterHeader.PauseOf(answer, time.GetUtcNow());
        return pause < LongestPause ? pause : LongestPause;
    }
}
