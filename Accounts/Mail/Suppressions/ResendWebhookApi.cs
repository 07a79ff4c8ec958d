using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Receives Resend's webhooks, which are authenticated by their signature, as Svix makes it.</summary>
internal static partial class ResendWebhookApi
{
    public static void MapResendWebhook(this IEndpointRouteBuilder routes) => routes.MapPost("/api/webhooks/resend", ReceiveAsync)
        .ReadsHeader("svix-id").ReadsHeader("svix-timestamp").ReadsHeader("svix-signature").ReadsBody()
        .Produces<ReceivedResponse>();

    private static async Task<IResult> ReceiveAsync(
        HttpContext context, IOptions<MailOptions> options, Suppressions suppressions, TimeProvider time, ILogger<Suppressions> logger)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var signature = SvixSignature.Of(context.Request.Headers);
        if (signature.ProblemOf(bytes.Span, options.Value.ResendWebhookSecret, time.GetUtcNow()) is { } problem)
        {
            LogRejected(logger, problem);
            return Problems.Of(StatusCodes.Status400BadRequest, "signature_invalid", "Signature invalid",
                "The signature is missing or does not match, or its timestamp is too old.");
        }
        if (ResendEvent.Read(bytes) is not { } received)
        {
            return Problems.Validation(("body", "must be an event of Resend"));
        }
        if (received is { Reason: { } reason, Recipients: { Count: > 0 } recipients })
        {
            await suppressions.AddAsync(recipients, reason, context.RequestAborted);
            LogSuppressed(logger, recipients.Count, received.Type);
        }
        return Results.Ok(new ReceivedResponse(Received: true));
    }

    [LoggerMessage(LogLevel.Warning, "Resend's webhook was rejected: {Reason}")]
    private static partial void LogRejected(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} addresses are suppressed: {Type}")]
    private static partial void LogSuppressed(ILogger logger, int count, string type);
}

/// <summary>The answer to an event.</summary>
internal sealed record ReceivedResponse(bool Received);
