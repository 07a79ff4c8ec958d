using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Events reach other systems, whatever these do and whatever dies.</summary>
public sealed class WebhookDeliveryTests(WebhookFixture accounts) : IClassFixture<WebhookFixture>, IAsyncLifetime
{
    // One that is stored after others comes last: there is nothing else to send then.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    public async ValueTask InitializeAsync() => await accounts.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_event_is_posted_once_to_every_endpoint_of_its_type()
    {
        using var spans = new RecordedSpans();
        await using var one = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        await accounts.AddEndpointAsync(one);
        await accounts.AddEndpointAsync(other);
        await accounts.Database.ExecuteAsync(
            $$"""update webhook_endpoints set events = '{job.failed}' where url = '{{other.Url}}'""");
        var happened = await accounts.HappenAsync();
        await accounts.IsAsync(happened, "1 204 - delivered");
        var got = Assert.Single(one.Received);
        Assert.Equal((happened, "application/json"), (got.Id, got.Headers["content-type"]));
        Assert.Matches(
            """^{"type":"job.completed","timestamp":"[0-9T:.-]+Z","data":{"uid":"[0-9a-f-]{36}","job_id":"[0-9a-f-]{36}","""
                + "\"type\":\"upscale\",\"status\":\"completed\",\"held_cents\":40,\"cost_cents\":30,\"refunded_cents\":10}}$",
            got.Body);
        // Our traces neither continue there nor have its URL, whose path may be a secret.
        Assert.DoesNotContain("traceparent", got.Headers.Keys);
        Assert.DoesNotContain(spans.All("System.Net.Http"), span => span.TagObjects.Any(tag => $"{tag.Value}".Contains("/hooks")));
        Assert.Empty(other.Received);
    }

    [Fact]
    public async Task A_failed_delivery_is_tried_again_over_three_days_with_the_same_id_and_body_and_is_a_dead_letter_then()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Status(500);
        var endpoint = await accounts.AddEndpointAsync(receiver);
        var happened = await accounts.HappenAsync();
        var began = accounts.Clock.GetUtcNow();
        for (var attempt = 1; attempt < WebhookSchedule.MaxAttempts; attempt++)
        {
            await accounts.IsAsync(happened, $"{attempt} 500 http_500 pending");
            accounts.Clock.Advance(await accounts.DueInAsync(happened));
        }
        await accounts.IsAsync(happened, "10 500 http_500 failed");
        Assert.InRange(accounts.Clock.GetUtcNow() - began, TimeSpan.FromDays(3), TimeSpan.FromDays(3.5));
        Assert.Equal(10, receiver.Received.Count);
        Assert.Single(receiver.Received.Select(got => (got.Id, got.Body)).Distinct());
        Assert.Equal(10, receiver.Received.Select(got => got.Headers["webhook-timestamp"]).Distinct().Count());
        // It has accepted nothing for three days.
        Assert.Equal(WebhookDisabling.Failing, (await accounts.EndpointAsync(endpoint)).DisabledBy);
        Assert.Single(accounts.Logs.Lines, line => line.Contains($"The webhook {endpoint} was disabled"));
        Assert.DoesNotContain(accounts.Logs.Lines, line => line.Contains(receiver.Url.Authority));
    }

    [Fact]
    public async Task An_endpoint_that_accepts_something_is_not_disabled_by_a_dead_letter()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Status(500);
        var endpoint = await accounts.AddEndpointAsync(receiver);
        var happened = await accounts.HappenAsync();
        await accounts.IsAsync(happened, "1 500 http_500 pending");
        await accounts.Database.ExecuteAsync(
            "update webhook_deliveries set attempts = 9; update webhook_endpoints set failing_since = failing_since - interval '4 days'");
        receiver.Answer = WebhookReceiver.Status(200);
        await accounts.IsAsync(await accounts.HappenAsync(), "1 200 - delivered");
        receiver.Answer = WebhookReceiver.Status(500);
        accounts.Clock.Advance(await accounts.DueInAsync(happened));
        await accounts.IsAsync(happened, "10 500 http_500 failed");
        Assert.Null((await accounts.EndpointAsync(endpoint)).DisabledAt);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_disabled_and_gets_nothing_more()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Status(410);
        var endpoint = await accounts.AddEndpointAsync(receiver);
        var happened = await accounts.HappenAsync();
        await accounts.IsAsync(happened, "1 410 http_410 failed");
        Assert.Equal(WebhookDisabling.Gone, (await accounts.EndpointAsync(endpoint)).DisabledBy);
        await accounts.HappenAsync();
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>("select count(*) from webhook_deliveries"));
    }

    [Theory]
    [InlineData(429, "600", 600)]
    [InlineData(503, "600", 600)]
    [InlineData(503, "86400", 3600)]
    // As soon as the schedule says.
    [InlineData(429, "1", 5)]
    [InlineData(500, "600", 5)]
    [InlineData(429, "-7", 5)]
    [InlineData(429, "soon", 5)]
    public async Task An_endpoint_says_when_it_wants_to_be_asked_again(int status, string retryAfter, int seconds)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Status(status, retryAfter);
        await accounts.AddEndpointAsync(receiver);
        var happened = await accounts.HappenAsync();
        await accounts.IsAsync(happened, $"1 {status} http_{status} pending");
        Assert.InRange((await accounts.DueInAsync(happened)).TotalSeconds, seconds - 0.01, seconds * 1.1);
    }

    [Fact]
    public async Task An_endpoint_that_asks_for_a_pause_gets_no_other_event_meanwhile()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.Status(429, "600");
        var endpoint = await accounts.AddEndpointAsync(receiver);
        await accounts.IsAsync(await accounts.HappenAsync(), "1 429 http_429 pending");
        await accounts.AddEndpointAsync(other);
        receiver.Answer = WebhookReceiver.Status(204);
        await accounts.HappenAsync();
        await other.GotAsync(1);
        Assert.Single(receiver.Received);
        accounts.Clock.Advance(TimeSpan.FromMinutes(10) + Jitter);
        await receiver.GotAsync(3);
        await Eventually.IsTrueAsync(
            async () => (await accounts.EndpointAsync(endpoint)).FailingSince is null, "the endpoint does not fail any more");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var target = await WebhookReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = target.Url.ToString();
            return Task.CompletedTask;
        };
        await accounts.AddEndpointAsync(receiver);
        await accounts.IsAsync(await accounts.HappenAsync(), $"1 {status} http_{status} pending");
        Assert.Empty(target.Received);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024]);
            }
        };
        await accounts.AddEndpointAsync(receiver);
        await accounts.IsAsync(await accounts.HappenAsync(), "1 200 - delivered");
    }

    [Fact]
    public async Task A_slow_endpoint_with_a_backlog_delays_no_other_one()
    {
        await using var slow = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        var open = new TaskCompletionSource();
        slow.Answer = async context => await open.Task.WaitAsync(context.RequestAborted);
        await accounts.AddEndpointAsync(slow);
        for (var count = 0; count < 50; count++)
        {
            await accounts.HappenAsync();
        }
        await slow.GotAsync(WebhookSender.PerEndpoint);
        await accounts.AddEndpointAsync(other);
        for (var count = 0; count < 10; count++)
        {
            await accounts.HappenAsync();
        }
        await other.GotAsync(10);
        Assert.Equal(WebhookSender.PerEndpoint, slow.Received.Count);
        open.SetResult();
        await slow.GotAsync(60);
        Assert.Equal(60, slow.Received.Select(got => got.Id).Distinct().Count());
    }

    [Fact]
    public async Task Two_replicas_deliver_each_event_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await accounts.AddEndpointAsync(receiver);
        await using (await accounts.StartAsync())
        {
            for (var count = 0; count < 100; count++)
            {
                await accounts.HappenAsync();
            }
            await Eventually.IsTrueAsync(
                async () => await accounts.Database.ScalarAsync<long>(
                    "select count(*) from webhook_deliveries where delivered_at is not null and attempts = 1") == 100,
                "all are delivered");
        }
        Assert.Equal(100, receiver.Received.Count);
    }

    [Fact]
    public async Task An_attempt_whose_process_dies_before_it_is_recorded_is_repeated_with_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        // The answer is given, and what came of it cannot be written.
        await accounts.Database.ExecuteAsync(
            """
            create function dies() returns trigger language plpgsql as $$ begin raise exception 'The process has died here.'; end $$;
            create trigger dies before update on webhook_deliveries for each row
                when (new.delivered_at is not null) execute function dies();
            """);
        await accounts.AddEndpointAsync(receiver);
        var happened = await accounts.HappenAsync();
        await receiver.GotAsync(1);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(accounts.Logs.Lines.Any(line => line.Contains("could not be recorded"))), "the failure is logged");
        await accounts.Database.ExecuteAsync("drop trigger dies on webhook_deliveries; drop function dies()");
        // Not before its lease has ended: it may still be on its way.
        await accounts.AddEndpointAsync(other);
        await accounts.HappenAsync();
        await other.GotAsync(1);
        Assert.Equal(1, receiver.Received.Count(got => got.Id == happened));
        accounts.Clock.Advance(WebhookDeliveries.Lease + Jitter);
        await accounts.IsAsync(happened, "2 204 - delivered");
        Assert.Equal(2, receiver.Received.Count(got => got.Id == happened));
    }

    [Fact]
    public async Task A_late_attempt_changes_nothing_once_another_one_has_taken_over()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (first, calls) = (new TaskCompletionSource(), 0);
        receiver.Answer = async context =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await first.Task.WaitAsync(context.RequestAborted);
                context.Response.StatusCode = 500;
            }
        };
        var endpoint = await accounts.AddEndpointAsync(receiver);
        var happened = await accounts.HappenAsync();
        await receiver.GotAsync(1);
        accounts.Clock.Advance(WebhookDeliveries.Lease + Jitter);
        await accounts.IsAsync(happened, "2 200 - delivered");
        first.SetResult();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(accounts.Logs.Lines.Any(line => line.Contains($"to the webhook {endpoint} failed"))), "it has ended");
        await accounts.IsAsync(happened, "2 200 - delivered");
        Assert.Null((await accounts.EndpointAsync(endpoint)).FailingSince);
    }

    [Fact]
    public async Task Deliveries_are_deleted_after_7_days_and_those_that_were_given_up_after_30()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await accounts.AddEndpointAsync(receiver);
        var delivered = await accounts.HappenAsync();
        await accounts.IsAsync(delivered, "1 204 - delivered");
        var failed = await accounts.HappenAsync();
        await accounts.IsAsync(failed, "1 204 - delivered");
        await accounts.Database.ExecuteAsync(
            $"update webhook_deliveries set failed_at = delivered_at, delivered_at = null where event_id = '{failed}'");
        var purge = accounts.App.Services.GetServices<IHostedService>().OfType<OldWebhooks>().Single();
        foreach (var (days, left) in new[] { (6.9, 2), (0.2, 1), (22.8, 1), (0.2, 0) })
        {
            accounts.Clock.Advance(TimeSpan.FromDays(days));
            // It runs by itself too, and each leaves out what the other one is deleting.
            await Eventually.BecomesAsync(
                async () =>
                {
                    await purge.DeleteOldAsync(default);
                    return (await accounts.Database.ScalarAsync<long>("select count(*) from webhook_deliveries"),
                        await accounts.Database.ScalarAsync<long>("select count(*) from webhook_events"));
                },
                rows => rows == (left, left), $"{left} are left");
        }
    }
}
