using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Receipts of users who have not signed in, and events that were given up, are kept for 30 days.</summary>
public sealed class OldFeedRowsTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    [Fact]
    public async Task Receipts_and_dead_events_are_deleted_after_thirty_days_and_no_others()
    {
        foreach (var (number, age) in new[] { (1, "29 days 23 hours"), (2, "1 hour") })
        {
            await accounts.Database.ExecuteAsync(
                $"""
                insert into held_receipts (payment_id, user_id, details, at)
                values ('pi_{number}', gen_random_uuid(), '[]', now() - interval '{age}');
                insert into dead_feed_events (event_id, feed, sequence, message, error, attempts, failed_at)
                values (gen_random_uuid(), 'payments', {number}, '\x00', 'x', 3, now() - interval '{age}')
                """);
        }
        await Eventually.IsTrueAsync(
            async () =>
            {
                accounts.Clock.Advance(TimeSpan.FromHours(2));
                return await accounts.Database.ScalarAsync<long>(
                    "select (select count(*) from held_receipts) + (select count(*) from dead_feed_events)") == 2;
            },
            "the old ones are deleted");
        Assert.Equal("pi_2", await accounts.Database.ScalarAsync<string>("select payment_id from held_receipts"));
        Assert.Equal(2L, await accounts.Database.ScalarAsync<long>("select sequence from dead_feed_events"));
    }
}
