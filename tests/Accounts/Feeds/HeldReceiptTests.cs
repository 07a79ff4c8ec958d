using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.Payments.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Who pays without an account gets the receipt when there is an address, once, and nothing else of what was before.</summary>
public sealed class HeldReceiptTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    private const string Link = "Sign in to ReelBallers";
    private const string Receipt = "Receipt: $12.34 for 1,500 credits";

    private readonly Guid _guest = Guid.NewGuid();

    [Fact]
    public async Task A_first_sign_in_gets_the_receipts_of_the_last_thirty_days_and_nothing_else_of_before()
    {
        var email = AccountsFixture.NewEmail();
        accounts.Payments.Add(
            FeedFixture.Payment(_guest), FeedFixture.Payment(_guest), FeedFixture.Payment(_guest, PaymentEventType.Refunded, "re_1"),
            FeedFixture.Payment(_guest, PaymentEventType.Disputed, "dp_1"));
        accounts.Jobs.Add(FeedFixture.Job(_guest));
        await accounts.HandledAsync();
        var old = await HeldAsync("select min(payment_id)");
        await accounts.Database.ExecuteAsync(
            $"update held_receipts set at = now() - interval '30 days 1 minute' where payment_id = '{old}'");
        Assert.Equal(_guest, await accounts.SignInAsync(_guest, email));
        await accounts.GotAsync(email, 2);
        // The next sign-in gets nothing of it again; what happens from now on is mailed.
        await accounts.SignInAsync(_guest, email);
        accounts.Payments.Add(FeedFixture.Payment(_guest, PaymentEventType.Refunded, "re_2"));
        await accounts.GotAsync(email, 4);
        await accounts.HandledAsync();
        Assert.Equal([Link, Receipt, Link, "Refund of $12.34"], await SubjectsAsync(email));
        Assert.Equal("0", await HeldAsync("select count(*)::text"));
    }

    [Fact]
    public async Task A_joined_users_receipts_go_to_the_account()
    {
        var (account, email) = await accounts.PersonAsync();
        var before = TimeProvider.System.GetUtcNow();
        accounts.Payments.Add(FeedFixture.Payment(_guest));
        accounts.Jobs.Add(FeedFixture.Job(_guest));
        await accounts.HandledAsync();
        Assert.Equal(account, await accounts.SignInAsync(_guest, email));
        // Handled late, after the join: the receipt is mailed, the rest of before is not.
        accounts.Payments.Add(
            FeedFixture.Payment(_guest, at: before), FeedFixture.Payment(_guest, PaymentEventType.Refunded, "re_1", at: before));
        accounts.Jobs.Add(FeedFixture.Job(_guest));
        await accounts.GotAsync(email, 4);
        await accounts.HandledAsync();
        Assert.Equal(
            new[] { Link, Receipt, Receipt, "Your video is ready" }.Order(), (await SubjectsAsync(email)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_dies_at_a_commit_mails_and_holds_each_receipt_once(bool hasCommitted)
    {
        var email = AccountsFixture.NewEmail();
        Fail(hasCommitted, onlyHere: false);
        accounts.Payments.Add(FeedFixture.Payment(_guest));
        await accounts.HandledAsync();
        Assert.Equal("1", await HeldAsync("select count(*)::text"));
        var token = await accounts.LinkAsync(_guest, email);
        await using (var scope = accounts.App.Services.CreateAsyncScope())
        {
            Fail(hasCommitted, onlyHere: true);
            await Assert.ThrowsAnyAsync<Exception>(() => scope.ServiceProvider.GetRequiredService<LinkConfirmations>().ConfirmAsync(
                token, _guest, isIntended: false, clientAddress: null, TestContext.Current.CancellationToken));
        }
        if (!hasCommitted)
        {
            Assert.Equal("1", await HeldAsync("select count(*)::text"));
            Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(_guest, token)).Status);
        }
        await accounts.GotAsync(email, 2);
        await accounts.HandledAsync();
        Assert.Equal([Link, Receipt], await SubjectsAsync(email));
    }

    [Fact]
    public async Task A_receipt_and_the_first_sign_in_at_once_lose_none_and_send_none_twice()
    {
        for (var round = 0; round < 10; round++)
        {
            var (guest, email) = (Guid.NewGuid(), AccountsFixture.NewEmail());
            var token = await accounts.LinkAsync(guest, email);
            accounts.Payments.Add(FeedFixture.Payment(guest));
            Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(guest, token)).Status);
            await accounts.GotAsync(email, 2);
        }
        await accounts.HandledAsync();
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>(
            "select count(*) from (select details ->> 'payment_id' from mails where kind = 1 group by 1 having count(*) > 1) twice"));
    }

    [Fact]
    public async Task The_receipt_waits_for_a_sign_in_that_is_about_to_commit()
    {
        // As a sign-in that has looked for held receipts and has not committed.
        var (email, before) = (AccountsFixture.NewEmail(), TimeProvider.System.GetUtcNow());
        await using (var signIn = new NpgsqlConnection(accounts.Database.ConnectionString))
        {
            await signIn.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await signIn.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var command = signIn.CreateCommand();
            command.CommandText =
                $"""
                select pg_advisory_xact_lock(hashtextextended('user {_guest}', 0));
                insert into accounts (user_id, email, created_at) values ('{_guest}', '{email}', now());
                """;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            accounts.Payments.Add(FeedFixture.Payment(_guest, at: before));
            await Eventually.IsTrueAsync(
                () => accounts.Database.ScalarAsync<bool>(
                    """
                    select count(*) > 0 from pg_locks join pg_database on database = pg_database.oid
                    where datname = current_database() and locktype = 'advisory' and not granted
                    """),
                "the feed waits for the sign-in");
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }
        await accounts.GotAsync(email);
        Assert.Equal([Receipt], await SubjectsAsync(email));
        Assert.Equal("0", await HeldAsync("select count(*)::text"));
    }

    private void Fail(bool hasCommitted, bool onlyHere)
    {
        if (hasCommitted)
        {
            accounts.Commits.FailAfter(onlyHere);
        }
        else
        {
            accounts.Commits.FailBefore(onlyHere);
        }
    }

    private Task<string> HeldAsync(string select) =>
        accounts.Database.ScalarAsync<string>($"{select} from held_receipts where user_id = '{_guest}'");

    private async Task<IEnumerable<string?>> SubjectsAsync(string email) =>
        (await accounts.MailsAsync(email)).Select(mail => mail.GetProperty("subject").GetString());
}
