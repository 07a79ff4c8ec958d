using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>
/// Looks for credits that have arrived in wallets whose users have deleted their accounts: a payment by a bank that took days, or a
/// dispute that was won. Nobody can spend them, so an operator refunds the payment. Every replica looks; one of them reports a change.
/// </summary>
internal sealed partial class LateCredits(
    IServiceScopeFactory scopes, WalletService.WalletServiceClient wallet, TimeProvider time, ILogger<LateCredits> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromHours(1), "The wallets of deleted accounts could not be read") { Jitter = 0.25 }, time, logger)
{
    // Card networks take disputes up to 540 days after a payment.
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(600);

    // A deletion has few users, and the Wallet takes 1000 in a call.
    private const int PageSize = 100;

    /// <summary>Looks once.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        var (since, after) = (Time.GetUtcNow() - LookBack, Guid.Empty);
        List<AccountDeletion> page;
        do
        {
            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<AccountsDbContext>();
            // After the first pass: until then there may be credits that are to be forfeited.
            page = await database.AccountDeletions.AsNoTracking()
                .Where(row => row.Pass > 1 && row.DeletedAt > since && row.UserId > after)
                .OrderBy(row => row.UserId).Take(PageSize).ToListAsync(cancellationToken);
            foreach (var deletion in page)
            {
                await CompareAsync(database, deletion, cancellationToken);
                after = deletion.UserId;
            }
        }
        while (page.Count == PageSize);
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => FindAsync(cancellationToken);

    private async Task CompareAsync(AccountsDbContext database, AccountDeletion deletion, CancellationToken cancellationToken)
    {
        var request = new GetBalancesRequest { UserIds = { deletion.Users.Select(id => id.ToString()) } };
        var cents = (await wallet.GetBalancesAsync(request, cancellationToken: cancellationToken)).Balances
            .Sum(balance => balance.BalanceCents);
        if (cents == deletion.LateCents)
        {
            return;
        }
        var changed = await database.AccountDeletions
            .Where(row => row.UserId == deletion.UserId && row.LateCents == deletion.LateCents)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.LateCents, cents), cancellationToken);
        if (changed == 1 && cents > 0)
        {
            LogLate(deletion.UserId, deletion.DeletedAt, cents);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "User {UserId} has deleted the account at {DeletedAt}, and {Cents} credits are in the wallet now: refund their payment")]
    private partial void LogLate(Guid userId, DateTimeOffset deletedAt, long cents);
}
