using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// A user who belongs to an account pays nothing any more: the automatic top-ups are turned off, and the saved cards, which no session
/// reaches now, are removed.
/// </summary>
internal sealed class JoinedCards(AutoTopups autoTopups, Cards cards) : IJoinedUserHandler
{
    /// <exception cref="StripeUnavailableException">Not all cards are removed yet.</exception>
    public async Task JoinedAsync(Guid fromUserId, Guid intoUserId, CancellationToken cancellationToken)
    {
        await autoTopups.TurnOffAsync(fromUserId, cancellationToken);
        await cards.OutdateAsync(fromUserId, cancellationToken);
        foreach (var card in await cards.ListAsync(fromUserId, cancellationToken))
        {
            await cards.RemoveAsync(fromUserId, card.Id, cancellationToken);
        }
    }
}
