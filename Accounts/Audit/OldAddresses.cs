using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes the clients' addresses of the audit log after 90 days; the entries themselves stay.</summary>
internal sealed class OldAddresses(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldAddresses> logger)
    : PurgeWorker<AccountsDbContext>("client addresses", databases, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(90);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        update audit_entries set client_address = null, client_salt = null where sequence in
          (select sequence from audit_entries where client_address is not null and at < {now - Keep} order by at limit {Batches.Size})
        """,
    ];
}
