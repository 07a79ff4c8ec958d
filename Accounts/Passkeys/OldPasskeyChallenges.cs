using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes challenges that have expired.</summary>
internal sealed class OldPasskeyChallenges(
    IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldPasskeyChallenges> logger)
    : PurgeWorker<AccountsDbContext>("challenges of passkeys", databases, time, logger)
{
    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from passkey_challenges where challenge in
          (select challenge from passkey_challenges where expires_at <= {now} limit {Batches.Size} for update skip locked)
        """,
    ];
}
