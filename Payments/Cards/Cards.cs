using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// The saved cards of users. They are kept at Stripe; the row of the customer has a copy without their numbers, so that reading them
/// often does not cost calls. Each is looked up under the user's own customer: another user's does not exist.
/// </summary>
internal sealed partial class Cards(
    PaymentsDbContext database, StripeApi stripe, IOptions<CheckoutOptions> options, TimeProvider time, ILogger<Cards> logger)
{
    /// <summary>The user's cards, newest first. Read from Stripe once in a while, for all replicas together.</summary>
    /// <exception cref="StripeUnavailableException">They are not known here and cannot be read now.</exception>
    public async Task<IReadOnlyList<Card>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        var customer = await FindAsync(userId, cancellationToken);
        if (customer?.CustomerId is null)
        {
            return [];
        }
        if (customer.Cards is not null && !await TryLookAsync(userId, cancellationToken))
        {
            return Parse(customer.Cards);
        }
        try
        {
            return await ReadAsync(userId, customer.CustomerId, cancellationToken);
        }
        catch (StripeUnavailableException outage) when (customer.Cards is not null)
        {
            LogNotRead(userId, Outages.Reason(outage));
            return Parse(customer.Cards);
        }
    }

    /// <summary>The card that pays automatic top-ups, as Stripe knows it now, and its customer; null without one.</summary>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task<(string CustomerId, Card Card)?> DefaultAsync(Guid userId, CancellationToken cancellationToken)
    {
        var customerId = (await FindAsync(userId, cancellationToken))?.CustomerId;
        return customerId is not null
            && (await ReadAsync(userId, customerId, cancellationToken)).FirstOrDefault(card => card.IsDefault) is { } card
                ? (customerId, card)
                : null;
    }

    /// <summary>Removes a card. False: the user has no such card.</summary>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task<bool> RemoveAsync(Guid userId, string cardId, CancellationToken cancellationToken)
    {
        var customerId = await CustomerOfAsync(userId, cardId, cancellationToken);
        if (customerId is null || !await stripe.RemoveCardAsync(cardId, cancellationToken))
        {
            return false;
        }
        LogRemoved(userId, cardId);
        await OutdateAsync(userId, cancellationToken);
        return true;
    }

    /// <summary>Makes a card the one that pays automatic top-ups. False: the user has no such card.</summary>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task<bool> SetDefaultAsync(Guid userId, string cardId, CancellationToken cancellationToken)
    {
        var customerId = await CustomerOfAsync(userId, cardId, cancellationToken);
        if (customerId is null || !await stripe.SetDefaultCardAsync(customerId, cardId, cancellationToken))
        {
            return false;
        }
        await OutdateAsync(userId, cancellationToken);
        return true;
    }

    /// <summary>The copy is no longer what Stripe has: the next reader reads them there.</summary>
    public Task OutdateAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Customers.Where(row => row.UserId == userId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Cards, (string?)null).SetProperty(row => row.CardsReadAt, (DateTimeOffset?)null),
            cancellationToken);

    // The user's customer, if it has that card: guessed ids cost no calls.
    private async Task<string?> CustomerOfAsync(Guid userId, string cardId, CancellationToken cancellationToken) =>
        StripeIds.IsId(cardId)
        && await FindAsync(userId, cancellationToken) is { CustomerId: { } customerId }
        && (await ListAsync(userId, cancellationToken)).Any(card => card.Id == cardId)
            ? customerId
            : null;

    private async Task<List<Card>> ReadAsync(Guid userId, string customerId, CancellationToken cancellationToken)
    {
        var cards = await stripe.CardsOfAsync(customerId, cancellationToken) ?? [];
        var copy = JsonSerializer.Serialize(cards);
        // Not when the customer was replaced or erased meanwhile.
        await database.Customers.Where(row => row.UserId == userId && row.CustomerId == customerId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Cards, copy), cancellationToken);
        return cards;
    }

    private async Task<bool> TryLookAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = now - options.Value.LookEvery;
        return 1 == await database.Customers
            .Where(row => row.UserId == userId && (row.CardsReadAt == null || row.CardsReadAt <= before))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CardsReadAt, now), cancellationToken);
    }

    private Task<StripeCustomer?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Customers.AsNoTracking().SingleOrDefaultAsync(row => row.UserId == userId, cancellationToken);

    private static List<Card> Parse(string copy) => JsonSerializer.Deserialize<List<Card>>(copy) ?? [];

    [LoggerMessage(LogLevel.Warning, "The cards of user {UserId} could not be read from Stripe; the stored ones are returned ({Reason})")]
    private partial void LogNotRead(Guid userId, string reason);

    [LoggerMessage(LogLevel.Information, "User {UserId} removed card {CardId}")]
    private partial void LogRemoved(Guid userId, string cardId);
}
