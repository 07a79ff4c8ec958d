using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Deletes links and changes of addresses a day after they were asked for: until then they count in the limits.</summary>
internal sealed class OldLinks(IDbContextFactory<AccountsDbContext> databases, TimeProvider time, ILogger<OldLinks> logger)
    : PurgeWorker<AccountsDbContext>("sign-in links", databases, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from sign_in_links where link_id in
          (select link_id from sign_in_links where created_at < {now - Keep} limit {Batches.Size} for update skip locked)
        """,
        $"""
        delete from address_changes where change_id in
          (select change_id from address_changes where created_at < {now - Keep} limit {Batches.Size} for update skip locked)
        """,
    ];
}
