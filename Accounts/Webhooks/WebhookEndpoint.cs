namespace ReelBallers.Accounts;

/// <summary>Why no events are sent to an endpoint. The numbers are stored.</summary>
internal enum WebhookDisabling : short
{
    /// <summary>An operator has disabled it.</summary>
    Operator = 0,

    /// <summary>It has answered 410 Gone.</summary>
    Gone = 1,

    /// <summary>It has accepted nothing for days.</summary>
    Failing = 2,
}

internal static class WebhookDisablings
{
    /// <summary>The name in the API and in metrics.</summary>
    public static string ToText(this WebhookDisabling reason) => reason switch
    {
        WebhookDisabling.Operator => "operator",
        WebhookDisabling.Gone => "gone",
        WebhookDisabling.Failing => "failing",
    };
}

/// <summary>A URL of another system that events are posted to.</summary>
internal sealed class WebhookEndpoint
{
    /// <summary>How many endpoints there may be: each has connections of its own in every replica.</summary>
    public const int MaxEndpoints = 20;

    /// <summary>The id of the act that has made it.</summary>
    public Guid EndpointId { get; init; }

    /// <summary>As <see cref="WebhookUrls"/> gives it. Its query may be a secret of the other system.</summary>
    public required string Url { get; set; }

    /// <summary>The types of events that it gets: some of <see cref="WebhookTypes.All"/>.</summary>
    public required string[] Events { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What <see cref="WebhookSecrets"/> makes the signing secret of.</summary>
    public Guid SecretId { get; set; }

    /// <summary>The one before, which signs as well until <see cref="PreviousSecretUntil"/>.</summary>
    public Guid? PreviousSecretId { get; set; }

    /// <summary>When the secret before ends.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; set; }

    /// <summary>Since when it gets nothing; null while it is enabled.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Why it gets nothing; null while it is enabled.</summary>
    public WebhookDisabling? DisabledBy { get; set; }

    /// <summary>The first attempt that has failed since the last one that succeeded; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Until when it has asked to be left alone (<c>Retry-After</c>).</summary>
    public DateTimeOffset? PausedUntil { get; set; }
}
