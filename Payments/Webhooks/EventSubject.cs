using System.Text.Json;

namespace ReelBallers.Payments;

/// <summary>The object of an event, as far as it is used: which object to read from Stripe, never its state.</summary>
internal sealed record EventSubject
{
    /// <summary>The id of the event.</summary>
    public required string EventId { get; init; }

    /// <summary>By Stripe's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it happened in Stripe's live mode.</summary>
    public required bool IsLive { get; init; }

    /// <summary>The id of the object.</summary>
    public required string Id { get; init; }

    /// <summary>The payment that the object refers to, if any.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>The checkout in the object's metadata, if any.</summary>
    public Guid? CheckoutId { get; init; }

    /// <summary>Stripe's code for the failure of a payment.</summary>
    public string? ErrorCode { get; init; }

    /// <inheritdoc cref="ErrorCode" />
    public string? DeclineCode { get; init; }

    /// <exception cref="MalformedEventException">It is not what Stripe documents for such an event.</exception>
    public static EventSubject Read(string payload, string objectKind)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(new EventJson(document.RootElement, "body"), objectKind);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new MalformedEventException("The body is nested too deeply, has a member twice, or has a lone surrogate.", malformed);
        }
    }

    private static EventSubject Read(EventJson body, string objectKind)
    {
        body.Require("object", "event");
        var subject = body.Object("data").Object("object");
        subject.Require("object", objectKind);
        var error = subject.OptionalObject("last_payment_error");
        var checkoutId = subject.OptionalObject("metadata")?.OptionalText("checkout_id");
        return new EventSubject
        {
            EventId = body.Id("id"),
            CreatedAt = body.Time("created"),
            IsLive = body.Flag("livemode"),
            Id = subject.Id("id"),
            PaymentIntentId = subject.OptionalReference("payment_intent"),
            CheckoutId = Guid.TryParseExact(checkoutId, "D", out var parsed) ? parsed : null,
            ErrorCode = error?.OptionalName("code"),
            DeclineCode = error?.OptionalName("decline_code"),
        };
    }
}
