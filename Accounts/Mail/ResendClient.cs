using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>A mail was not accepted, and would not be if it were sent again.</summary>
internal sealed class MailRejectedException(string reason) : Exception(reason);

/// <summary>A mail was not accepted, or it is unknown whether it was: another attempt may be.</summary>
internal sealed class MailUnavailableException(string reason, Exception? inner = null) : DependencyUnavailableException(reason, inner);

/// <summary>Sends mails by Resend's API.</summary>
internal sealed class ResendClient(HttpClient client, IOptions<MailOptions> options)
{
    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int MaxReasonLength = 300;

    /// <summary>Sends a mail. Attempts with the same id send it once.</summary>
    /// <exception cref="MailRejectedException">It is refused for what it is.</exception>
    /// <exception cref="MailUnavailableException">It was not sent for another reason, or no answer came.</exception>
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
                var reason = $"{(int)response.StatusCode} {await NameOfAsync(response, cancellationToken)}";
                throw response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                    ? new MailRejectedException(reason)
                    : new MailUnavailableException(reason);
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
