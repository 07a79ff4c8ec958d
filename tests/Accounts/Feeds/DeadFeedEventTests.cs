using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>An event that cannot be handled is a dead letter, which is handled once when an operator says so.</summary>
public sealed class DeadFeedEventTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    [Fact]
    public async Task An_event_that_fails_three_times_is_kept_and_handled_once_when_it_is_replayed()
    {
        var (user, email) = await accounts.PersonAsync();
        await BreakAsync(email);
        accounts.Payments.Add(FeedFixture.Payment(user));
        var id = await DeadAsync(user);
        Assert.Equal(3, await ColumnAsync<int>(user, "attempts"));
        Assert.Contains("broken", await ColumnAsync<string>(user, "error"), StringComparison.Ordinal);
        // The feed has gone on.
        await accounts.HandledAsync();
        await accounts.AlertAsync();
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>(
            $"select count(*) from alerts where kind = 'dead_feed_event' and subject = '{id}' and ended_at is null"));
        // It is not mended yet.
        var support = await SupportAsync();
        Assert.Equal("False", await ReplayAsync(support, id));
        Assert.Equal(4, await ColumnAsync<int>(user, "attempts"));
        Assert.Empty(await accounts.MailsAsync(email));

        await MendAsync();
        Assert.Equal("True", await ReplayAsync(support, id));
        Assert.Equal("feed_event_not_dead", await ReplayAsync(support, id));
        await accounts.GotAsync(email);
        await accounts.HandledAsync();
        Assert.StartsWith(
            "Receipt: ", Assert.Single(await accounts.MailsAsync(email)).GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>(
            $"select count(*) from alerts where kind = 'purchase' and text like '%{user}%'"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replay_that_dies_at_its_commit_sends_the_mail_once(bool hasCommitted)
    {
        var (user, email) = await accounts.PersonAsync();
        await BreakAsync(email);
        accounts.Jobs.Add(FeedFixture.Job(user));
        var id = await DeadAsync(user);
        await MendAsync();
        await using (var scope = accounts.App.Services.CreateAsyncScope())
        {
            if (hasCommitted)
            {
                accounts.Commits.FailAfter(onlyHere: true);
            }
            else
            {
                accounts.Commits.FailBefore(onlyHere: true);
            }
            await Assert.ThrowsAnyAsync<Exception>(() => scope.ServiceProvider.GetRequiredService<DeadFeedEvents>()
                .ReplayAsync(Guid.Parse(id), TestContext.Current.CancellationToken));
        }
        Assert.Equal(hasCommitted ? "feed_event_not_dead" : "True", await ReplayAsync(await SupportAsync(), id));
        await accounts.GotAsync(email);
        await accounts.HandledAsync();
        Assert.Single(await accounts.MailsAsync(email));
    }

    [Fact]
    public async Task What_cannot_be_read_or_stored_at_all_stays_a_dead_letter()
    {
        var (user, _) = await accounts.PersonAsync();
        accounts.Payments.Add(FeedFixture.Payment(user, userId: "nobody"));
        // What PostgreSQL's JSON does not take.
        accounts.Jobs.Add(FeedFixture.Job(user, JobStatus.Failed, "a\0b"));
        var support = await SupportAsync();
        var unreadable = await Eventually.BecomesAsync(
            () => accounts.Database.ScalarAsync<string>(
                "select coalesce(max(event_id::text), '') from dead_feed_events where user_id is null and attempts = 1"),
            found => found.Length > 0, "the event is given up");
        var notStored = await DeadAsync(user);
        foreach (var id in new[] { unreadable, notStored, unreadable, notStored })
        {
            Assert.Equal("False", await ReplayAsync(support, id));
        }
    }

    // The mails of an address cannot be stored.
    private Task BreakAsync(string email) => accounts.Database.ExecuteAsync(
        $"""
        create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
        create trigger broken before insert on mails for each row when (new.recipient = '{email}') execute function broken();
        """);

    private Task MendAsync() => accounts.Database.ExecuteAsync("drop trigger broken on mails; drop function broken();");

    private Task<string> DeadAsync(Guid user) => Eventually.BecomesAsync(
        () => accounts.Database.ScalarAsync<string>(
            $"select coalesce(max(event_id::text), '') from dead_feed_events where user_id = '{user}'"),
        found => found.Length > 0, "the event is given up");

    private Task<T> ColumnAsync<T>(Guid user, string column) =>
        accounts.Database.ScalarAsync<T>($"select {column} from dead_feed_events where user_id = '{user}'");

    private async Task<Guid> SupportAsync()
    {
        var support = await accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        await accounts.Database.ExecuteAsync($"update accounts set role = {(int)Role.Support} where user_id = '{support}'");
        return support;
    }

    // Whether it is handled, or the service's code.
    private async Task<string?> ReplayAsync(Guid support, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/dead-letters/feed-events/{id}/replay")
        {
            Content = JsonContent.Create(new { reason = "It is mended." }),
        };
        request.Headers.Add(Operator.HeaderName, "support");
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await accounts.App.CreateClient(support).SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.TryGetProperty("service_code", out var code) ? code.GetString() : body.GetProperty("done").ToString();
    }
}
