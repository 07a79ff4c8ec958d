using System.Net;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Each mail is sent once, or is a dead letter after three attempts.</summary>
public sealed class OutboxTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    private readonly string _email = AccountsFixture.NewEmail();

    [Fact]
    public async Task A_mail_has_three_attempts_with_growing_pauses()
    {
        await accounts.FaultAsync("status", times: 2, status: 500);
        await AskAsync();
        await AttemptedAsync(1);
        Assert.InRange(await PauseAsync(), 4, 6);
        accounts.Clock.Advance(TimeSpan.FromSeconds(6));
        await AttemptedAsync(2);
        Assert.InRange(await PauseAsync(), 96, 144);
        accounts.Clock.Advance(TimeSpan.FromSeconds(144));
        await StateAsync("sent_at is not null and failed_at is null and last_error is null and attempts = 3");
        Assert.Equal(2, await accounts.EndFaultsAsync());
        Assert.Single(await accounts.MailsAsync(_email));
    }

    [Fact]
    public async Task A_mail_without_a_link_has_its_three_attempts_minutes_apart()
    {
        await accounts.FaultAsync("status", times: 10, status: 503);
        await PutAsync(accounts);
        await AttemptedAsync(1);
        Assert.InRange(await PauseAsync(), 48, 72);
        accounts.Clock.Advance(TimeSpan.FromSeconds(72));
        await AttemptedAsync(2);
        Assert.InRange(await PauseAsync(), 720, 1080);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1080));
        await StateAsync("failed_at is not null and sent_at is null and attempts = 3 and last_error = '503 application_error'");
        Assert.Equal(3, await accounts.EndFaultsAsync());
    }

    [Fact]
    public async Task How_many_attempts_a_mail_has_is_a_setting()
    {
        await using var once = new AccountsFixture();
        once.Settings["Mail:MaxAttempts"] = "1";
        await once.InitializeAsync();
        await once.FaultAsync("status", times: 1, status: 503);
        await PutAsync(once);
        await Eventually.IsTrueAsync(
            async () => await once.Database.ScalarAsync<long>(
                $"select count(*) from mails where recipient = '{_email}' and failed_at is not null and attempts = 1") == 1,
            "the mail is given up");
        foreach (var (attempts, isValid) in new[] { (0, false), (1, true), (20, true), (21, false) })
        {
            var errors = new OptionsErrors("Mail");
            new MailOptions { From = "a@example.com", ResendApiKey = "re_1", MaxAttempts = attempts }.Validate(errors);
            Assert.Equal(isValid, errors.Messages.Count == 0);
        }
        // With the longest pauses too, all are made within the day for which Resend knows a mail again.
        Assert.All(Enumerable.Range(1, 100), number => Assert.InRange(
            Enumerable.Range(1, 19).Sum(attempt => Attempts.MailDelayAfter(attempt, isAwaited: number % 2 == 0).TotalHours), 0, 24));
    }

    [Fact]
    public async Task A_mail_that_fails_three_times_is_a_dead_letter_with_its_reason()
    {
        await accounts.FaultAsync("status", times: 10, status: 503);
        await AskAsync();
        foreach (var attempt in new[] { 1, 2 })
        {
            await AttemptedAsync(attempt);
            accounts.Clock.Advance(TimeSpan.FromSeconds(150));
        }
        await StateAsync("failed_at is not null and sent_at is null and attempts = 3 and last_error = '503 application_error'");
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        // Another mail is sent meanwhile: the sender has looked.
        Assert.Equal(3, await accounts.EndFaultsAsync());
        await accounts.LinkAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
        Assert.Empty(await accounts.MailsAsync(_email));
    }

    [Fact]
    public async Task A_mail_that_is_rejected_for_what_it_is_has_one_attempt()
    {
        await accounts.FaultAsync("status", times: 10, status: 422);
        await AskAsync();
        await StateAsync("failed_at is not null and attempts = 1 and last_error = '422 application_error'");
        Assert.Equal(1, await accounts.EndFaultsAsync());
    }

    [Fact]
    public async Task Resends_limit_of_requests_a_second_counts_as_no_attempt_and_pauses_the_sender()
    {
        await accounts.FaultAsync("status", times: 4, status: 429, retryAfterSeconds: 2);
        await AskAsync();
        for (var limited = 1; limited <= 4; limited++)
        {
            await Eventually.IsTrueAsync(async () => await accounts.StruckAsync() == limited, $"limit {limited} strikes");
            await StateAsync("attempts = 0 and leased_until is null and sent_at is null and failed_at is null");
            Assert.InRange(await PauseAsync(), 1.9, 2.1);
            accounts.Clock.Advance(TimeSpan.FromSeconds(2));
        }
        await StateAsync("sent_at is not null and attempts = 1");
        Assert.Equal(4, await accounts.EndFaultsAsync());
        Assert.Single(await accounts.MailsAsync(_email));
    }

    [Fact]
    public async Task A_mail_whose_answer_was_lost_arrives_once()
    {
        await accounts.FaultAsync("cut_after_effect", times: 1);
        await AskAsync();
        await AttemptedAsync(1);
        accounts.Clock.Advance(TimeSpan.FromSeconds(6));
        await StateAsync("sent_at is not null and attempts = 2");
        Assert.Equal(1, await accounts.EndFaultsAsync());
        Assert.Single(await accounts.MailsAsync(_email));
    }

    [Fact]
    public async Task Two_replicas_send_each_mail_in_one_attempt()
    {
        await using var replica = await accounts.StartAsync();
        var emails = Enumerable.Range(0, 20).Select(_ => AccountsFixture.NewEmail()).ToList();
        var answers = await Task.WhenAll(emails.Select((email, number) =>
            accounts.AskAsync(Guid.NewGuid(), email, replica: number % 2 == 0 ? replica : null)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var list = string.Join(',', emails.Select(email => $"'{email}'"));
        await Eventually.IsTrueAsync(
            async () => await CountAsync($"recipient in ({list}) and sent_at is not null") == emails.Count, "all are sent");
        Assert.Equal(emails.Count, await CountAsync($"recipient in ({list}) and attempts = 1"));
    }

    [Fact]
    public async Task A_mail_whose_sender_died_is_taken_over_and_counts_the_attempt()
    {
        await InsertAsync(attempts: 1, link: await LinkOfAnotherAsync());
        await InsertAsync(attempts: 3, link: Guid.NewGuid(), recipient: $"last-{_email}");
        await StateAsync("attempts = 1 and sent_at is null");
        accounts.Clock.Advance(TimeSpan.FromSeconds(31));
        await StateAsync("attempts = 2 and sent_at is not null");
        await StateAsync("failed_at is not null and last_error = 'The process ended during the last attempt.'", $"last-{_email}");
    }

    [Fact]
    public async Task A_mail_with_a_link_that_has_ended_is_not_sent()
    {
        await accounts.FaultAsync("status", times: 1, status: 500);
        await AskAsync();
        await AttemptedAsync(1);
        accounts.Clock.Advance(TimeSpan.FromMinutes(16));
        await StateAsync("failed_at is not null and last_error = 'It was no longer of use.'");
        Assert.Equal(1, await accounts.EndFaultsAsync());
        Assert.Empty(await accounts.MailsAsync(_email));
    }

    [Fact]
    public async Task A_mail_with_a_link_that_was_used_is_not_sent_again()
    {
        await accounts.FaultAsync("cut_after_effect", times: 1);
        var user = Guid.NewGuid();
        using var asked = await accounts.AskAsync(user, _email);
        await AttemptedAsync(1);
        var mail = Assert.Single(await accounts.MailsAsync(_email));
        var token = AccountsFixture.TokenIn(mail.GetProperty("text").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAsync(user, token)).Status);
        accounts.Clock.Advance(TimeSpan.FromSeconds(6));
        await StateAsync("failed_at is not null and last_error = 'It was no longer of use.' and attempts = 2");
        Assert.Equal(1, await accounts.EndFaultsAsync());
        Assert.Single(await accounts.MailsAsync(_email));
    }

    [Fact]
    public async Task Sent_mails_are_kept_for_7_days_and_failed_ones_for_30()
    {
        await accounts.LinkAsync(Guid.NewGuid(), _email);
        await accounts.FaultAsync("status", times: 1, status: 422);
        using (await accounts.AskAsync(Guid.NewGuid(), $"failed-{_email}"))
        {
        }
        await StateAsync("failed_at is not null", $"failed-{_email}");
        await accounts.EndFaultsAsync();
        accounts.Clock.Advance(TimeSpan.FromDays(7));
        await GoneAsync(_email);
        Assert.Equal(1, await CountAsync($"recipient = 'failed-{_email}'"));
        accounts.Clock.Advance(TimeSpan.FromDays(23));
        await GoneAsync($"failed-{_email}");
    }

    private Task PutAsync(AccountsFixture fixture) => fixture.PutAsync(new NewMail(MailKind.LowBalance, _email, Guid.NewGuid())
    {
        Details = MailDetails.Write(new BalanceDetails(1, 100, DateTimeOffset.UnixEpoch)),
    });

    private async Task AskAsync()
    {
        using var answer = await accounts.AskAsync(Guid.NewGuid(), _email);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private async Task<Guid> LinkOfAnotherAsync()
    {
        var email = AccountsFixture.NewEmail();
        await accounts.LinkAsync(Guid.NewGuid(), email);
        return await accounts.Database.ScalarAsync<Guid>($"select link_id from sign_in_links where email = '{email}'");
    }

    private Task InsertAsync(int attempts, Guid link, string? recipient = null) => accounts.Database.ExecuteAsync(
        $"""
        insert into mails (mail_id, kind, recipient, about_id, created_at, due_at, attempts, leased_until)
        values (gen_random_uuid(), 0, '{recipient ?? _email}', '{link}', '{accounts.Clock.GetUtcNow():O}', '{accounts.Clock.GetUtcNow():O}',
            {attempts}, '{accounts.Clock.GetUtcNow() + MailOutbox.Lease:O}')
        """);

    private Task AttemptedAsync(int attempts) => StateAsync($"attempts = {attempts} and leased_until is null and last_error is not null");

    private Task StateAsync(string condition, string? recipient = null) => Eventually.IsTrueAsync(
        async () => await CountAsync($"recipient = '{recipient ?? _email}' and {condition}") == 1, condition);

    private Task GoneAsync(string recipient) => Eventually.IsTrueAsync(
        async () =>
        {
            accounts.Clock.Advance(TimeSpan.FromHours(2));
            return await CountAsync($"recipient = '{recipient}'") == 0;
        },
        $"the mail to {recipient} is deleted");

    private async Task<double> PauseAsync() => (await accounts.Database.ScalarAsync<DateTime>(
        $"select due_at from mails where recipient = '{_email}'") - accounts.Clock.GetUtcNow().UtcDateTime).TotalSeconds;

    private async Task<int> CountAsync(string condition) =>
        (int)await accounts.Database.ScalarAsync<long>($"select count(*) from mails where {condition}");
}
