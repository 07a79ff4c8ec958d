using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Resend;

/// <summary>
/// Resend's API for sending: <c>POST /emails</c> with idempotency keys, and <c>GET /emails/{id}</c>. Every mail is put into the mailbox.
/// Left out of the real one: attachments, copies, replies to another address, templates, scheduling, batches, domains and webhooks.
/// </summary>
internal static class ResendCloud
{
    public const string ApiKey = "re_local";

    private const int MaxKeyLength = 256;

    public static WebApplication Build(LocalCloudOptions options, FaultStore faults, Mailbox mailbox)
    {
        var app = CloudApp.CreateBuilder(options.ResendPort).Build();
        app.UseCuts().UseFaults(CloudName.Resend, faults);
        app.Use(async (context, next) =>
        {
            if (Refusal(context.Request) is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }

            await next(context);
        });
        app.MapPost("/emails", context => SendAsync(context, mailbox));
        app.MapGet("/emails/{id}", (string id) => Find(id, mailbox));
        app.MapFallback(() => new ResendError(404, "not_found", "The requested endpoint does not exist."));
        return app;
    }

    private static ResendError? Refusal(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.Length == 0 ? new ResendError(401, "missing_api_key", "Missing API Key")
            : authorization != $"Bearer {ApiKey}" ? new ResendError(401, "validation_error", "API key is invalid")
            : request.Headers.UserAgent.Count == 0 ? new ResendError(403, "validation_error", "Missing `User-Agent` header.")
            : null;
    }

    private static async Task SendAsync(HttpContext context, Mailbox mailbox)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        await Send(context.Request.Headers["Idempotency-Key"], text, mailbox).ExecuteAsync(context);
    }

    private static IResult Send(string? key, string text, Mailbox mailbox)
    {
        if (key is { Length: 0 or > MaxKeyLength })
        {
            return new ResendError(400, "invalid_idempotency_key", "The idempotency key must be between 1-256 chars.");
        }

        var (mail, error) = ResendRequest.Read(text);
        if (mail is null)
        {
            return error!;
        }

        var id = key is null ? mailbox.Put(mail) : mailbox.Put(mail, key, text);
        return id is null
            ? new ResendError(409, "invalid_idempotent_request",
                "This idempotency key has been used on a request that had a different payload. Retrying this request is useless.")
            : Results.Json(new { id });
    }

    private static IResult Find(string id, Mailbox mailbox) =>
        mailbox.List().FirstOrDefault(mail => mail.Id == id) is { } mail
            ? Results.Json(new
            {
                @object = "email",
                id = mail.Id,
                to = mail.To,
                from = mail.From,
                created_at = mail.ReceivedAt,
                subject = mail.Subject,
                html = mail.Html,
                text = mail.Text,
                bcc = Array.Empty<string>(),
                cc = Array.Empty<string>(),
                reply_to = Array.Empty<string>(),
                last_event = "delivered",
            })
            : new ResendError(404, "not_found", "Email not found");
}
