using System.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Receives Stripe's webhooks, which are authenticated by their signature.</summary>
internal static partial class WebhookApi
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/webhook", ReceiveAsync).ReadsHeader("Stripe-Signature").ReadsBody().Produces<WebhookResponse>();
        routes.MapPost("/api/webhooks/stripe", ReceiveAsync).ReadsHeader("Stripe-Signature").ReadsBody().Produces<WebhookResponse>();
    }

    private static async Task<IResult> ReceiveAsync(
        HttpContext context, IOptions<StripeOptions> options, WebhookInbox inbox, EventProcessor processor, TimeProvider time,
        ILogger<WebhookInbox> logger)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var signature = context.Request.Headers["Stripe-Signature"];
        if (signature is not [{ Length: > 0 } header])
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "signature_missing", "Signature missing",
                "Exactly one Stripe-Signature header is required.");
        }
        string payload;
        try
        {
            payload = StrictUtf8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
        }
        catch (DecoderFallbackException)
        {
            LogNotAnEvent(logger, "body");
            return Problems.Validation(("body", "must be UTF-8"));
        }
        try
        {
            Validate(payload, header, options.Value.WebhookSecrets, time.GetUtcNow().ToUnixTimeSeconds());
        }
        catch (Exception rejection)
        {
            // Of any type: the library throws several for a malformed header.
            LogRejected(logger, rejection.Message);
            return Problems.Of(StatusCodes.Status400BadRequest, "signature_invalid", "Signature invalid",
                "The signature does not match, or its timestamp is too old.");
        }
        if (EventEnvelope.Read(payload, out var errors) is not { } envelope)
        {
            LogNotAnEvent(logger, string.Join(", ", errors.Select(error => error.Field)));
            return Problems.Validation(errors);
        }
        LogReceived(logger, envelope.Id, envelope.Type);
        var leased = await inbox.StoreAndLeaseAsync(envelope, payload, context.RequestAborted);
        // Once it is stored, only an outage asks for another delivery: other failures are retried from the stored event.
        return leased is not null && await processor.ProcessAsync(leased) == EventAttempt.Outage
            ? Problems.Unavailable("event_not_handled", "Event not handled")
            : Results.Ok(new WebhookResponse(Received: true));
    }

    // During a rotation of the secret, Stripe signs with both secrets or only with the new one.
    private static void Validate(string payload, string header, IReadOnlyList<string> secrets, long now)
    {
        for (var index = 0; ; index++)
        {
            try
            {
                EventUtility.ValidateSignature(payload, header, secrets[index], EventUtility.DefaultTimeTolerance, now);
                return;
            }
            catch (Exception) when (index + 1 < secrets.Count)
            {
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Webhook rejected: {Reason}")]
    private static partial void LogRejected(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Webhook rejected: not an event, invalid {Fields}")]
    private static partial void LogNotAnEvent(ILogger logger, string fields);

    [LoggerMessage(LogLevel.Information, "Event {EventId} ({Type}) received")]
    private static partial void LogReceived(ILogger logger, string eventId, string type);
}
