namespace ReelBallers.Accounts;

/// <summary>Stores what events of other services cause.</summary>
internal sealed class FeedRecords(NoticeMails mails, WebhookEvents webhooks, Alerts alerts)
{
    /// <summary>Adds the mails, webhooks and alerts to the caller's transaction.</summary>
    public async Task AddAsync(FeedFacts facts, CancellationToken cancellationToken)
    {
        await mails.AddAsync(facts.Notices, cancellationToken);
        await webhooks.AddAsync(facts.News, cancellationToken);
        await alerts.AddEventsAsync(facts.Alerts, cancellationToken);
    }
}

/// <summary>What is stored about a batch of events.</summary>
/// <param name="Notices">For mails.</param>
/// <param name="News">For other systems.</param>
/// <param name="Alerts">For operators.</param>
internal sealed record FeedFacts(IReadOnlyList<MailNotice> Notices, IReadOnlyList<WebhookNews> News, IReadOnlyList<NewAlert> Alerts)
{
    /// <summary>Nothing.</summary>
    public static FeedFacts None { get; } = new([], [], []);

    /// <summary>All of them, in their order.</summary>
    public static FeedFacts Of(IReadOnlyCollection<FeedFacts> all) => new(
        [.. all.SelectMany(facts => facts.Notices)], [.. all.SelectMany(facts => facts.News)], [.. all.SelectMany(facts => facts.Alerts)]);
}
