using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>One mail for one event: none twice, none lost.</summary>
public sealed class FeedTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_feed_that_dies_at_its_commit_sends_each_mail_once(bool hasCommitted)
    {
        var (user, email) = await accounts.PersonAsync();
        var struck = accounts.Commits.Struck;
        if (hasCommitted)
        {
            accounts.Commits.FailAfter();
        }
        else
        {
            accounts.Commits.FailBefore();
        }
        accounts.Payments.Add(FeedFixture.Payment(user), FeedFixture.Payment(user, PaymentEventType.Refunded, "re_1"));
        await accounts.GotAsync(email, 2);
        await accounts.HandledAsync();
        Assert.Equal(struck + 1, accounts.Commits.Struck);
        Assert.Equal(2, (await accounts.MailsAsync(email)).Count);
        // Operators hear of the purchase, once too.
        Assert.Equal(
            $"$12.34 for 1,500 credits by user {user}",
            await accounts.Database.ScalarAsync<string>(
                $"select split_part(string_agg(text, ' '), ' (pi_', 1) from alerts where kind = 'purchase' and text like '%{user}%'"));
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>(
            $"select count(*) from alerts where kind = 'purchase' and ended_at is not null and text like '%{user}%'"));
    }

    [Fact]
    public async Task Two_replicas_and_a_takeover_send_each_mail_once()
    {
        var (user, email) = await accounts.PersonAsync();
        await using (await accounts.StartAsync())
        {
            for (var round = 1; round <= 5; round++)
            {
                accounts.Payments.Add([.. Enumerable.Range(0, 10).Select(_ => FeedFixture.Payment(user))]);
                await accounts.GotAsync(email, round * 10);
                // As if the reading replica had stopped for a while: the other one takes over, and it must notice.
                await accounts.Database.ExecuteAsync("update feed_cursors set leased_until = now()");
            }
        }
        await accounts.HandledAsync();
        Assert.Equal(50, (await accounts.MailsAsync(email)).Count);
    }

    [Fact]
    public async Task The_cursor_survives_and_the_feed_goes_on_when_the_source_is_back()
    {
        var (user, email) = await accounts.PersonAsync();
        accounts.Jobs.Add(FeedFixture.Job(user), FeedFixture.Job(user));
        await accounts.GotAsync(email, 2);
        var cursor = await accounts.Database.ScalarAsync<long>("select sequence from feed_cursors where name = 'jobs'");
        accounts.Gate.Close();
        accounts.Jobs.Add(FeedFixture.Job(user));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(accounts.Logs.Lines.Any(line => line.Contains("The feed jobs could not be read"))),
            "the outage is reported");
        accounts.Gate.Reopen();
        await accounts.GotAsync(email, 3);
        await accounts.HandledAsync();
        Assert.Equal(3, (await accounts.MailsAsync(email)).Count);
        Assert.Contains(cursor, accounts.Jobs.Cursors);
    }

    [Fact]
    public async Task An_event_that_cannot_be_handled_is_skipped_and_logged_once()
    {
        var (user, email) = await accounts.PersonAsync();
        accounts.Payments.Add(
            FeedFixture.Payment(user, userId: "nobody"),
            FeedFixture.Payment(user, (PaymentEventType)99), FeedFixture.Payment(user, (PaymentEventType)99),
            FeedFixture.Payment(user));
        // What PostgreSQL's JSON does not take.
        accounts.Jobs.Add(FeedFixture.Job(user), FeedFixture.Job(user, JobStatus.Failed, "a\0b"), FeedFixture.Job(user));
        await accounts.GotAsync(email, 3);
        await accounts.HandledAsync();
        Assert.Equal(3, (await accounts.MailsAsync(email)).Count);
        var lines = accounts.Logs.Lines;
        Assert.Single(lines, line => line.Contains("of the feed payments could not be handled and is skipped"));
        Assert.Single(lines, line => line.Contains("of the feed jobs could not be handled and is skipped"));
        Assert.Single(lines, line => line.Contains("events of the type 99"));
    }

    [Fact]
    public async Task What_happened_before_the_feed_was_first_read_causes_no_mail()
    {
        var (user, email) = await accounts.PersonAsync();
        accounts.Payments.Add(FeedFixture.Payment(user, at: TimeProvider.System.GetUtcNow().AddHours(-1)));
        await accounts.HandledAsync();
        Assert.Empty(await accounts.MailsAsync(email));
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>($"select count(*) from alerts where text like '%{user}%'"));
    }
}
