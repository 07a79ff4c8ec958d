using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>Tries a parked item again for an operator.</summary>
internal sealed class ParkedRetries(
    ParkedItems parked, CheckoutRefresh checkouts, Reversals reversals, WalletOutbox outbox, OperatorRefunds refunds,
    AutoTopupCharges charges)
{
    /// <summary>Whether it is completed, or due for its worker; it stays parked when it fails.</summary>
    public async Task<bool> RetryAsync(ParkedItem item, CancellationToken cancellationToken)
    {
        switch (item.Kind)
        {
            case ParkedKind.Session:
                var outcome = await checkouts.ApplyAsync(item.Id, SessionHint.None, null, cancellationToken);
                if (!outcome.NeedsOperator() && outcome != CreditingOutcome.UnknownStatus)
                {
                    await parked.ResolveAsync(item.Kind, item.Id, cancellationToken);
                }
                break;
            case ParkedKind.Payment:
                await reversals.ApplyAsync(item.Id, cancellationToken);
                break;
            case ParkedKind.WalletCommand:
                var (checkoutId, sequence) = item.Id.Split(':') is [var id, var number]
                    ? (Guid.Parse(id), int.Parse(number, CultureInfo.InvariantCulture))
                    : throw new InvalidOperationException($"{item.Id} is not the id of a wallet command.");
                await outbox.ReviveAsync(checkoutId, sequence, cancellationToken);
                break;
            case ParkedKind.OperatorRefund:
                await refunds.ReviveAsync(item.Id, cancellationToken);
                break;
            case ParkedKind.AutoTopup:
                await charges.ReviveAsync(Guid.Parse(item.Id), cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"{item.Kind} is not a known kind.");
        }
        return await parked.FindAsync(item.Kind, item.Id, cancellationToken) is null;
    }
}
