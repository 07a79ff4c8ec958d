using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes sign-ins that nobody has finished, and ID tokens that have expired.</summary>
internal sealed class OldOpenIdRows(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldOpenIdRows> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old OpenID rows could not be deleted") { Jitter = 0.25 }, time, logger)
{
    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = Time.GetUtcNow();
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from openid_sign_ins where sign_in_id in
              (select sign_in_id from openid_sign_ins where expires_at < {now} limit {Batches.Size} for update skip locked)
            """, cancellationToken));
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from used_id_tokens where token_hash in
              (select token_hash from used_id_tokens where expires_at < {now} limit {Batches.Size} for update skip locked)
            """, cancellationToken));
    }
}
