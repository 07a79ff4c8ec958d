using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>Sends mails by Resend's API.</summary>
internal sealed class ResendClient(HttpClient client, IOptions<MailOptions> options) : IMailTransport
{
    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>How large a response may be.</summary>
    public const int MaxResponseBytes = 1 << 20;

    private const int MaxReasonLength = 300;
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    /// <summary>Attempts with the same id send a mail once.</summary>
    /// <inheritdoc/>
    public async Task SendAsync(Guid mailId, string recipient, MailContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{options.Value.ResendUrl.TrimEnd('/')}/emails"))
        {
            Content = JsonContent.Create(new
            {
                from = options.Value.From,
                to = new[] { recipient },
                subject = content.Subject,
                text = content.Text,
                html = content.Html,
                headers = content.Headers,
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ResendApiKey);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ReelBallers", "1.0"));
        request.Headers.Add("Idempotency-Key", mailId.ToString());
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw FailureOf(response, await NameOfAsync(response, cancellationToken));
            }
        }
        catch (HttpRequestException exception)
        {
            throw new MailUnavailableException(exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailUnavailableException("Resend did not answer in time.", exception);
        }
    }

    // A quota of the day or the month is another 429, and lasts.
    private static Exception FailureOf(HttpResponseMessage response, string name)
    {
        var reason = $"{(int)response.StatusCode} {name}";
        return (response.StatusCode, name) switch
        {
            (HttpStatusCode.TooManyRequests, "rate_limit_exceeded") => new MailRateLimitedException(PauseOf(response)),
            (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, _) or (_, "invalid_idempotent_request") =>
                new MailRejectedException(reason),
            _ => new MailUnavailableException(reason),
        };
    }

    private static TimeSpan PauseOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } pause && pause > TimeSpan.Zero
            ? TimeSpan.FromTicks(Math.Min(pause.Ticks, MaxPause.Ticks))
            : TimeSpan.FromSeconds(1);

    // Not the message, which may repeat what was sent.
    private static async Task<string> NameOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var error = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var name = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("name", out var value) ? value.ToString() : "";
            return name[..Math.Min(name.Length, MaxReasonLength)];
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
