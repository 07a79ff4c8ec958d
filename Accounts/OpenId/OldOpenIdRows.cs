using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes sign-ins that were not finished, and ID tokens that have expired.</summary>
internal sealed class OldOpenIdRows(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldOpenIdRows> logger)
    : PurgeWorker<AccountsDbContext>("OpenID rows", databases, time, logger)
{
    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from openid_sign_ins where sign_in_id in
          (select sign_in_id from openid_sign_ins where expires_at < {now} limit {Batches.Size} for update skip locked)
        """,
        $"""
        delete from used_id_tokens where token_hash in
          (select token_hash from used_id_tokens where expires_at < {now} limit {Batches.Size} for update skip locked)
        """,
    ];
}
