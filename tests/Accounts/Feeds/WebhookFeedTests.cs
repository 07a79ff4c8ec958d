using System.Text.Json;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>One webhook for one event: none twice, none lost.</summary>
public sealed class WebhookFeedTests(FeedFixture accounts) : IClassFixture<FeedFixture>, IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        await accounts.Database.ExecuteAsync(
            $$"""
            delete from webhook_deliveries; delete from webhook_endpoints;
            insert into webhook_endpoints (endpoint_id, url, events, created_at, secret_id) values (gen_random_uuid(), '{{_receiver.Url}}',
                '{payment.credited,payment.refunded,job.completed,job.failed,wallet.low_balance}', now(), gen_random_uuid())
            """);
    }

    public async ValueTask DisposeAsync() => await _receiver.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_feed_that_dies_at_its_commit_posts_each_event_once(bool hasCommitted)
    {
        // Also of users without an account.
        var user = Guid.NewGuid();
        var struck = accounts.Commits.Struck;
        if (hasCommitted)
        {
            accounts.Commits.FailAfter();
        }
        else
        {
            accounts.Commits.FailBefore();
        }
        accounts.Payments.Add(
            FeedFixture.Payment(user), FeedFixture.Payment(user, PaymentEventType.Refunded, "re_1"),
            FeedFixture.Payment(user, PaymentEventType.Disputed, "dp_1"));
        await GotAsync(user, 2);
        await accounts.HandledAsync();
        Assert.Equal(struck + 1, accounts.Commits.Struck);
        Assert.Equal(["payment.credited", "payment.refunded"], (await GotAsync(user, 2)).Select(TypeOf).Order());
    }

    [Fact]
    public async Task What_is_read_again_is_not_posted_again()
    {
        var user = Guid.NewGuid();
        accounts.Jobs.Add(FeedFixture.Job(user), FeedFixture.Job(user));
        await GotAsync(user, 2);
        await accounts.Database.ExecuteAsync(
            "update feed_cursors set sequence = 0, lease_id = gen_random_uuid(), leased_until = now() where name = 'jobs'");
        await Eventually.IsTrueAsync(() => Task.FromResult(accounts.Jobs.Cursors[^1] == 0), "the feed is read again");
        await accounts.HandledAsync();
        Assert.Equal(2, (await GotAsync(user, 2)).Count);
    }

    [Fact]
    public async Task An_event_says_ids_and_cents_and_nothing_else()
    {
        var (user, job) = (Guid.NewGuid(), Guid.NewGuid());
        accounts.Payments.Add(FeedFixture.Payment(user), FeedFixture.Payment(user, PaymentEventType.Refunded, "re_2", session: ""));
        accounts.Jobs.Add(
            FeedFixture.Job(user, job: job), FeedFixture.Job(user, JobStatus.Failed, "a secret", job),
            FeedFixture.Job(user, JobStatus.Cancelled),
            FeedFixture.Job(user, JobStatus.TimedOut, job: job));
        var got = (await GotAsync(user, 5)).ToLookup(TypeOf, DataOf);
        var credited = Assert.Single(got["payment.credited"]);
        var refunded = Assert.Single(got["payment.refunded"]);
        Assert.Matches(
            $$"""^{"uid":"{{user}}","payment_id":"pi_[0-9]+","session_id":"cs_test_1","amount_cents":1234,"currency":"usd","""
                + "\"credits\":1500}$",
            credited);
        Assert.Matches(
            $$"""^{"uid":"{{user}}","payment_id":"pi_[0-9]+","session_id":null,"refund_id":"re_2","amount_cents":1234,"currency":"usd","""
                + "\"credits\":1500}$",
            refunded);
        var start = $$"""{"uid":"{{user}}","job_id":"{{job}}","type":"upscale","status":""";
        Assert.Equal([start + "\"completed\",\"held_cents\":40,\"cost_cents\":30,\"refunded_cents\":10}"], got["job.completed"]);
        Assert.Equal(
            [
                start + "\"failed\",\"held_cents\":40,\"cost_cents\":0,\"refunded_cents\":40}",
                start + "\"timed_out\",\"held_cents\":40,\"cost_cents\":0,\"refunded_cents\":40}",
            ],
            got["job.failed"].Order());
    }

    [Fact]
    public async Task A_balance_that_falls_is_posted_once()
    {
        var (user, email) = await accounts.PersonAsync();
        await accounts.Wallet.CreditAsync(new CreditRequest
        {
            UserId = $"{user}",
            IdempotencyKey = $"{user}",
            AmountCents = 500,
            Reason = EntryReason.Bonus,
        });
        await Eventually.IsTrueAsync(
            async () => await accounts.Database.ScalarAsync<long>(
                $"select count(*) from balance_marks where user_id = '{user}' and low_since is null") == 1,
            "the balance is seen");
        await accounts.Wallet.DebitAsync(new DebitRequest
        {
            UserId = $"{user}",
            IdempotencyKey = "1",
            JobId = $"{user}",
            AmountCents = 450,
        });
        await accounts.GotAsync(email);
        Assert.Equal(
            $$"""{"uid":"{{user}}","balance_cents":50,"threshold_cents":100}""", DataOf(Assert.Single(await GotAsync(user, 1))));
    }

    private static string TypeOf(JsonElement webhook) => webhook.GetProperty("type").GetString()!;

    private static string DataOf(JsonElement webhook) => webhook.GetProperty("data").GetRawText();

    // Those about a user.
    private Task<List<JsonElement>> GotAsync(Guid user, int count) => Eventually.BecomesAsync(
        () => Task.FromResult(_receiver.Received.Select(got => JsonSerializer.Deserialize<JsonElement>(got.Body))
            .Where(got => got.GetProperty("data").GetProperty("uid").GetGuid() == user).ToList()),
        got => got.Count >= count, $"{count} webhooks about the user arrive");
}
