namespace ReelBallers.Accounts;

/// <summary>The delivery of an event to an endpoint.</summary>
internal sealed class WebhookDelivery
{
    public Guid DeliveryId { get; init; }

    /// <summary>In the order in which they were made: the position in operators' pages.</summary>
    public long Number { get; init; }

    public Guid EndpointId { get; init; }

    public Guid EventId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The attempts so far, with one that is being made; from zero again when it is sent again.</summary>
    public int Attempts { get; set; }

    /// <summary>The attempt that is being made; null without one.</summary>
    public Guid? LeaseId { get; set; }

    /// <summary>When another replica may make an attempt, since the process that made this one has died.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When the endpoint accepted it; null before.</summary>
    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>When it was given up; null otherwise.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>The HTTP status of the last attempt; null when there was none.</summary>
    public int? LastStatus { get; set; }

    /// <summary>Why the last attempt failed: one of <see cref="WebhookErrors"/>; null when it did not.</summary>
    public string? LastError { get; set; }

    /// <summary>How far it is.</summary>
    public WebhookDeliveryStatus Status =>
        DeliveredAt is not null ? WebhookDeliveryStatus.Delivered
        : FailedAt is not null ? WebhookDeliveryStatus.Failed
        : WebhookDeliveryStatus.Pending;
}

/// <summary>How far a delivery is.</summary>
internal enum WebhookDeliveryStatus
{
    /// <summary>Another attempt is made.</summary>
    Pending,

    /// <summary>The endpoint has accepted it.</summary>
    Delivered,

    /// <summary>No further attempt is made.</summary>
    Failed,
}

internal static class WebhookDeliveryStatuses
{
    private static readonly Dictionary<string, WebhookDeliveryStatus> ByText =
        Enum.GetValues<WebhookDeliveryStatus>().ToDictionary(status => status.ToText());

    /// <summary>The name in the API.</summary>
    public static string ToText(this WebhookDeliveryStatus status) => status switch
    {
        WebhookDeliveryStatus.Pending => "pending",
        WebhookDeliveryStatus.Delivered => "delivered",
        WebhookDeliveryStatus.Failed => "failed",
    };

    /// <summary>The status of this name; null when there is none.</summary>
    public static WebhookDeliveryStatus? Parse(string? text) =>
        text is not null && ByText.TryGetValue(text, out var status) ? status : null;

    /// <summary>Those with a status; all for null.</summary>
    public static IQueryable<WebhookDelivery> With(this IQueryable<WebhookDelivery> deliveries, WebhookDeliveryStatus? status) =>
        status switch
        {
            WebhookDeliveryStatus.Pending => deliveries.Where(row => row.DeliveredAt == null && row.FailedAt == null),
            WebhookDeliveryStatus.Delivered => deliveries.Where(row => row.DeliveredAt != null),
            WebhookDeliveryStatus.Failed => deliveries.Where(row => row.FailedAt != null),
            null => deliveries,
        };
}

/// <summary>Why an attempt failed.</summary>
internal static class WebhookErrors
{
    /// <summary>No answer within <see cref="WebhookClient.Timeout"/>.</summary>
    public const string Timeout = "timeout";

    /// <summary>The name has no address.</summary>
    public const string NameNotResolved = "name_not_resolved";

    /// <summary>The name or the URL leads to an address that is not public.</summary>
    public const string AddressNotAllowed = "address_not_allowed";

    /// <summary>No connection, or one that was lost.</summary>
    public const string ConnectionFailed = "connection_failed";

    /// <summary>The certificate is not valid, or TLS failed otherwise.</summary>
    public const string TlsFailed = "tls_failed";

    /// <summary>It was no HTTP that came back.</summary>
    public const string InvalidResponse = "invalid_response";

    /// <summary>The process ended during each of the last attempts.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>An answer with a status other than 2xx.</summary>
    public static string Status(int status) => $"http_{status}";
}
