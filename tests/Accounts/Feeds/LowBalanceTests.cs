using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>One mail for each fall of a balance below the threshold.</summary>
public sealed class LowBalanceTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    [Fact]
    public async Task A_balance_that_falls_is_mailed_once_and_again_only_after_it_was_above()
    {
        var (user, email) = await accounts.PersonAsync();
        await CreditAsync(user, 500);
        await SeenAsync(user, isLow: false);
        await DebitAsync(user, 420);
        var mail = Assert.Single(await accounts.GotAsync(email));
        Assert.Equal("80 credits left", mail.GetProperty("subject").GetString());
        Assert.Contains("List-Unsubscribe", mail.GetProperty("headers").ToString(), StringComparison.Ordinal);

        await DebitAsync(user, 30);
        await OthersAreSeenAsync();
        Assert.Single(await accounts.MailsAsync(email));

        await CreditAsync(user, 100);
        await SeenAsync(user, isLow: false);
        await DebitAsync(user, 149);
        Assert.Equal("1 credit left", (await accounts.GotAsync(email, 2))[1].GetProperty("subject").GetString());
    }

    [Fact]
    public async Task A_balance_that_is_low_when_it_is_first_seen_has_not_fallen()
    {
        var (user, email) = await accounts.PersonAsync();
        await CreditAsync(user, 50);
        await SeenAsync(user, isLow: true);
        await DebitAsync(user, 10);
        await OthersAreSeenAsync();
        Assert.Empty(await accounts.MailsAsync(email));
    }

    [Fact]
    public async Task A_balance_that_has_been_refilled_before_the_mail_was_due_is_not_mailed()
    {
        var (user, email) = await accounts.PersonAsync();
        await CreditAsync(user, 500);
        await SeenAsync(user, isLow: false);
        // It had fallen, and the mail waited.
        await accounts.Database.ExecuteAsync($"update balance_marks set low_since = now() - interval '1 minute' where user_id = '{user}'");
        await SeenAsync(user, isLow: false);
        await OthersAreSeenAsync();
        Assert.Empty(await accounts.MailsAsync(email));
    }

    [Fact]
    public async Task A_fall_that_no_hint_reported_is_found_when_the_stream_begins_again()
    {
        var (user, email) = await accounts.PersonAsync();
        await CreditAsync(user, 50);
        // As it was seen before.
        await SeenAsync(user, isLow: true);
        await accounts.Database.ExecuteAsync($"update balance_marks set low_since = null, told_at = null where user_id = '{user}'");
        await accounts.Database.ExecuteAsync(
            "update feed_cursors set lease_id = gen_random_uuid(), leased_until = now() where name = 'wallet'");
        Assert.Equal("50 credits left", Assert.Single(await accounts.GotAsync(email)).GetProperty("subject").GetString());
    }

    private Task SeenAsync(Guid user, bool isLow) => Eventually.IsTrueAsync(
        async () => await accounts.Database.ScalarAsync<long>(
            $"select count(*) from balance_marks where user_id = '{user}' and (low_since is not null) = {isLow}") == 1,
        $"the balance is seen, low: {isLow}");

    // A later fall of another person has been mailed.
    private async Task OthersAreSeenAsync()
    {
        var (user, email) = await accounts.PersonAsync();
        await CreditAsync(user, 500);
        await SeenAsync(user, isLow: false);
        await DebitAsync(user, 450);
        await accounts.GotAsync(email);
    }

    private async Task CreditAsync(Guid user, long cents) => await accounts.Wallet.CreditAsync(new CreditRequest
    {
        UserId = user.ToString(),
        IdempotencyKey = $"{Guid.NewGuid()}",
        AmountCents = cents,
        Reason = EntryReason.Bonus,
    });

    private async Task DebitAsync(Guid user, long cents) => await accounts.Wallet.DebitAsync(new DebitRequest
    {
        UserId = user.ToString(),
        IdempotencyKey = $"{Guid.NewGuid()}",
        JobId = $"{Guid.NewGuid()}",
        AmountCents = cents,
    });
}
