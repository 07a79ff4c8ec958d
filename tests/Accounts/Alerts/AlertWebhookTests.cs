using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>A post reaches the webhook, or is a dead letter that operators see; its URL is seen by nobody.</summary>
public sealed class AlertWebhookTests(AlertsFixture accounts) : IClassFixture<AlertsFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await accounts.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_text_of_a_user_is_no_markup()
    {
        await PostAsync("<!channel> & <https://example.com|here>");
        await StateAsync("sent_at is not null and attempts = 1");
        Assert.Equal(
            "*Payments that were set aside (1)*\n• About &lt;!channel&gt; &amp; &lt;https://example.com|here&gt;.",
            Assert.Single(accounts.Webhook.Texts));
    }

    [Fact]
    public async Task A_post_that_fails_is_tried_again_with_growing_pauses()
    {
        accounts.Webhook.Answers.Enqueue((500, null));
        accounts.Webhook.Answers.Enqueue((503, null));
        await PostAsync("item");
        await StateAsync("leased_until is null and attempts = 1 and last_error = 'The webhook answered 500.'");
        Assert.InRange(await PauseAsync(), 4, 6);
        accounts.Clock.Advance(TimeSpan.FromSeconds(6));
        await StateAsync("leased_until is null and attempts = 2 and last_error = 'The webhook answered 503.'");
        Assert.InRange(await PauseAsync(), 16, 24);
        accounts.Clock.Advance(TimeSpan.FromSeconds(24));
        await StateAsync("sent_at is not null and attempts = 3");
        Assert.Single(accounts.Webhook.Texts.Distinct());
    }

    [Theory]
    [InlineData("600", 600)]
    [InlineData("100000", 3600)]
    public async Task The_pause_that_the_receiver_asks_for_is_kept_up_to_an_hour(string retryAfter, int seconds)
    {
        accounts.Webhook.Answers.Enqueue((429, retryAfter));
        await PostAsync("item");
        await StateAsync("leased_until is null and attempts = 1 and last_error = 'The webhook answered 429.'");
        Assert.Equal(seconds, await PauseAsync());
        accounts.Clock.Advance(TimeSpan.FromSeconds(seconds + 1));
        await StateAsync("sent_at is not null and attempts = 2");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(302)]
    public async Task A_post_that_is_rejected_for_good_is_a_dead_letter_that_is_told_by_mail_and_can_be_repeated(int status)
    {
        accounts.Webhook.Answers.Enqueue((status, null));
        await PostAsync("item");
        await StateAsync($"failed_at is not null and attempts = 1 and last_error = 'The webhook answered {status}.'");
        await accounts.PollAsync();
        Assert.Equal("alerts", await accounts.OpenAsync(AlertKinds.DeadAlertPost));

        var support = await accounts.CreateAccountAsync(AccountsFixture.NewEmail());
        await accounts.Database.ExecuteAsync($"update accounts set role = {(int)Role.Support} where user_id = '{support}'");
        var id = await accounts.Database.ScalarAsync<string>("select post_id::text from alert_posts");
        Assert.Equal("alert_post_not_dead", await ReplayAsync(support, $"{Guid.NewGuid()}"));
        Assert.Null(await ReplayAsync(support, id));
        await StateAsync("sent_at is not null and failed_at is null");
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.DeadAlertPost));
    }

    [Fact]
    public async Task A_post_is_given_up_after_its_attempts_also_when_processes_die()
    {
        await PostAsync("item");
        await StateAsync("sent_at is not null");
        await accounts.Database.ExecuteAsync(
            $"""
            update alert_posts set sent_at = null, attempts = {AlertPostSender.MaxAttempts}, leased_until = '2000-01-01', last_error = null
            """);
        await StateAsync("failed_at is not null and last_error = 'The process ended during the last attempt.'");
        Assert.Single(accounts.Webhook.Texts);
    }

    [Fact]
    public async Task The_URL_is_in_no_log_and_no_table()
    {
        foreach (var answer in new[] { (500, (string?)null), (404, null) })
        {
            accounts.Webhook.Answers.Enqueue(answer);
        }
        await PostAsync("item");
        await StateAsync("leased_until is null and attempts = 1");
        accounts.Clock.Advance(TimeSpan.FromSeconds(6));
        await StateAsync("failed_at is not null");
        Assert.Contains(accounts.Logs.Lines, line => line.Contains("The webhook answered 404.", StringComparison.Ordinal));
        Assert.DoesNotContain(accounts.Logs.Lines, line => line.Contains(WebhookStandIn.Secret, StringComparison.Ordinal));
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>(
            $"select count(*) from alert_posts as post where post::text like '%{WebhookStandIn.Secret}%'"));

        var errors = new OptionsErrors("Alerts");
        new AlertsOptions { WebhookUrl = $"ftp://{WebhookStandIn.Secret}" }.Validate(errors);
        Assert.Equal(["Alerts:WebhookUrl is not an absolute http or https URL."], errors.Messages);
    }

    private async Task PostAsync(string subject)
    {
        accounts.Payments.Says.Set(ConditionKinds.ParkedItem, subject);
        await accounts.PollAsync();
        await accounts.TellAsync();
    }

    private Task StateAsync(string condition) => Eventually.IsTrueAsync(
        async () => await accounts.Database.ScalarAsync<long>($"select count(*) from alert_posts where {condition}") > 0, condition);

    private async Task<double> PauseAsync()
    {
        var due = await accounts.Database.ScalarAsync<DateTime>("select due_at from alert_posts");
        return Math.Round((due - accounts.Clock.GetUtcNow().UtcDateTime).TotalSeconds, 3);
    }

    // The code of a rejection; null when it is replayed.
    private async Task<string?> ReplayAsync(Guid support, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/dead-letters/alert-posts/{id}/replay")
        {
            Content = JsonContent.Create(new { reason = "The URL is repaired." }),
        };
        request.Headers.Add(Operator.HeaderName, "support");
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await accounts.App.CreateClient(support).SendAsync(request);
        return answer.IsSuccessStatusCode
            ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("service_code").GetString();
    }
}
