using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// Ends what a person could still pay, then erases the person. A payment that was made before that, or is on its way at a bank, is
/// credited as always: what arrives in a wallet that was given up can be refunded there.
/// </summary>
internal sealed class DeletedUserPurchases(
    PaymentsDbContext database, AutoTopups autoTopups, StripeApi stripe, CheckoutRefresh refresh, Erasure erasure) : IDeletedUserHandler
{
    private const string Actor = "account-deletion";

    /// <exception cref="StripeUnavailableException">Call again.</exception>
    /// <exception cref="Grpc.Core.RpcException">The Wallet or Storage is unavailable: call again.</exception>
    public async Task<string?> DeleteAsync(Guid userId, CancellationToken cancellationToken)
    {
        var users = await database.PersonOfAsync(userId, cancellationToken);
        foreach (var id in users)
        {
            await autoTopups.TurnOffAsync(id, cancellationToken);
        }
        var open = await database.Checkouts.AsNoTracking()
            .Where(row => users.Contains(row.UserId) && row.Status == CheckoutStatus.Open && row.SessionId != null)
            .Select(row => row.SessionId!).ToListAsync(cancellationToken);
        foreach (var sessionId in open)
        {
            await stripe.ExpireSessionAsync(sessionId, cancellationToken);
            await refresh.ApplyAsync(sessionId, SessionHint.None, claimedCheckoutId: null, cancellationToken);
        }
        return (await erasure.EraseAsync(userId, Actor, cancellationToken)).PendingEvents > 0 ? "payment_events" : null;
    }
}
