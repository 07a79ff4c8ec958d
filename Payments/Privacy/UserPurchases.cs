using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>A purchase as its user exports it; <c>source</c> is <c>session</c> or <c>auto_topup</c>.</summary>
internal sealed record ExportedPurchase(
    Guid Uid, string? SessionId, string? PaymentId, string? Pack, PurchaseSource Source, CheckoutStatus Status, long AmountCents,
    string Currency, long? PaidCents, long DiscountCents, long TaxCents, long RefundedCents, long DisputedCents, long Credits,
    long BonusCredits, string? ReceiptEmail, string? ReceiptUrl, string? InvoiceUrl, string? AccessUsername, string? ClientAddress,
    DateTimeOffset CreatedAt, DateTimeOffset? CreditedAt)
{
    /// <summary>Without personal data.</summary>
    public override string ToString() => $"{nameof(ExportedPurchase)} {SessionId}";
}

/// <summary>What Stripe knows of a user: the address that was given there.</summary>
internal sealed record ExportedCustomer(Guid Uid, string? CustomerId, string? Email, DateTimeOffset CreatedAt)
{
    /// <inheritdoc cref="ExportedPurchase.ToString" />
    public override string ToString() => $"{nameof(ExportedCustomer)} {CustomerId}";
}

/// <summary>A user's automatic top-ups; <c>state</c> is <c>active</c>, <c>action_required</c>, <c>stopped</c> or <c>off</c>.</summary>
internal sealed record ExportedAutoTopup(
    AutoTopupState State, long ThresholdCents, string Pack, long MonthlyCapCents, string? Reason, DateTimeOffset CreatedAt);

/// <summary>What Payments and Stripe have of a user. The numbers of cards are nowhere here.</summary>
internal sealed class UserPurchases(PaymentsDbContext database, Cards cards, GrantLists grants, TimeProvider time) : IUserDataSource
{
    private const int PageSize = 100;

    /// <inheritdoc />
    /// <exception cref="StripeUnavailableException">The cards cannot be read now.</exception>
    public async IAsyncEnumerable<UserDataEntry> ReadAsync(Guid userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var users = await database.UsersOfAsync(userId, cancellationToken);
        await foreach (var row in database.Checkouts.AsNoTracking().Where(row => users.Contains(row.UserId))
            .OrderByDescending(row => row.CreatedAt).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return new UserDataEntry("purchases", new ExportedPurchase(
                row.UserId, row.SessionId, row.PaymentIntentId, row.PackId, row.Source, row.Status, row.AmountCents, row.Currency,
                row.PaidCents, row.DiscountCents, row.TaxCents, row.RefundedCents, row.DisputedCents, row.Credits, row.BonusCredits,
                row.ReceiptEmail, row.ReceiptUrl, row.InvoiceUrl, row.AccessUsername, row.ClientAddress, row.CreatedAt, row.CreditedAt));
        }
        foreach (var row in await database.Customers.AsNoTracking().Where(row => users.Contains(row.UserId)).ToListAsync(cancellationToken))
        {
            yield return new UserDataEntry("customers", new ExportedCustomer(row.UserId, row.CustomerId, row.Email, row.CreatedAt));
        }
        foreach (var id in users)
        {
            foreach (var card in await cards.ListAsync(id, cancellationToken))
            {
                yield return new UserDataEntry("cards", card);
            }
        }
        foreach (var row in await database.AutoTopups.AsNoTracking()
            .Where(row => users.Contains(row.UserId)).ToListAsync(cancellationToken))
        {
            yield return new UserDataEntry("auto_topups", new ExportedAutoTopup(
                row.State, row.ThresholdCents, row.PackId, row.MonthlyCapCents, row.Reason, row.CreatedAt));
        }
        (DateTimeOffset, Guid)? below = null;
        List<ShownGrant> page;
        do
        {
            page = await grants.OfUserAsync(userId, below, PageSize, cancellationToken);
            foreach (var grant in page)
            {
                yield return new UserDataEntry("grants", grant.ToResponse(time.GetUtcNow()));
                below = (grant.Grant.CreatedAt, grant.Grant.Id);
            }
        }
        while (page.Count == PageSize);
    }
}
