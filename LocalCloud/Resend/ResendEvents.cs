using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace ReelBallers.LocalCloud.Resend;

/// <summary>
/// Sends the events of mails to Resend's test addresses (https://resend.com/docs/dashboard/emails/send-test-emails): <c>email.bounced</c>
/// for <c>bounced@resend.dev</c> and <c>email.complained</c> for <c>complained@resend.dev</c>, each also with a label after a plus sign.
/// Resend has Svix deliver them; here it is tried for half a minute.
/// </summary>
internal sealed partial class ResendEvents(LocalCloudOptions options, ILogger<ResendEvents> log) : BackgroundService
{
    /// <summary>The signing secret of the webhook.</summary>
    public const string Secret = "whsec_bG9jYWxjbG91ZC1yZXNlbmQtd2ViaG9vaw==";

    private const int Attempts = 6;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private readonly Channel<(string Id, string Body)> _events = Channel.CreateUnbounded<(string, string)>();

    /// <summary>Queues the events of a mail.</summary>
    public void Add(Mail mail)
    {
        foreach (var recipient in mail.To)
        {
            if (options.ResendWebhookUrl is not null && TestAddress().Match(recipient) is { Success: true } match)
            {
                _events.Writer.TryWrite(($"msg_{Guid.NewGuid():N}", BodyOf($"email.{match.Groups[1].Value}", mail, recipient)));
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = AnswerTimeout };
        await foreach (var (id, body) in _events.Reader.ReadAllAsync(stoppingToken))
        {
            var retry = FirstRetry;
            for (var attempt = 1; await TryAsync(http, id, body, stoppingToken) is { } failure; attempt++, retry *= 2)
            {
                if (attempt == Attempts)
                {
                    GaveUp(log, id, failure);
                    break;
                }

                await Task.Delay(retry, options.Time, stoppingToken);
            }
        }
    }

    private string BodyOf(string type, Mail mail, string recipient) => JsonSerializer.Serialize(new
    {
        type,
        created_at = options.Time.GetUtcNow(),
        data = new
        {
            email_id = mail.Id,
            created_at = mail.ReceivedAt,
            from = mail.From,
            to = new[] { recipient },
            subject = mail.Subject,
            bounce = type == "email.bounced"
                ? new { type = "Permanent", subType = "General", message = "The recipient's server has rejected the mail." }
                : null,
        },
    });

    /// <returns>What went wrong, or null.</returns>
    private async Task<string?> TryAsync(HttpClient http, string id, string body, CancellationToken cancellationToken)
    {
        var time = options.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{time}.{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, options.ResendWebhookUrl)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { UserAgent = { new ProductInfoHeaderValue("Svix-Webhooks", "1.0") } },
        };
        request.Headers.Add("svix-id", id);
        request.Headers.Add("svix-timestamp", time);
        request.Headers.Add("svix-signature", $"v1,{Convert.ToBase64String(hash)}");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer in {AnswerTimeout.TotalSeconds} s";
        }
    }

    [GeneratedRegex(
        @"\A(?:.*<)?(bounced|complained)(?:\+[^@>]*)?@resend\.dev>?\z", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TestAddress();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Resend's event {EventId} was not delivered and is not retried: {Failure}")]
    private static partial void GaveUp(ILogger log, string eventId, string failure);
}
