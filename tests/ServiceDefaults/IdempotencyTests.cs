using System.Net;
using Microsoft.AspNetCore.Http;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class IdempotencyTests
{
    private static readonly Guid User = Guid.NewGuid();

    [Fact]
    public async Task The_same_key_and_body_gets_the_first_response_again()
    {
        await using var service = await TestService.StartAsync();
        using var first = await SendAsync(service, "key-1");
        using var second = await SendAsync(service, "key-1");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(first.StatusCode, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Single(service.Ran);
    }

    [Fact]
    public async Task Fifty_concurrent_requests_with_one_key_run_once()
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(async context =>
        {
            await Task.Delay(200, context.RequestAborted);
            return TypedResults.Ok(context.OperationId());
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var answer = await SendAsync(service, "key-1");
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }));
        Assert.Single(answers.Distinct());
        Assert.Equal(HttpStatusCode.OK, answers[0].StatusCode);
        Assert.Single(service.Ran);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_rejected()
    {
        await using var service = await TestService.StartAsync();
        using var first = await SendAsync(service, "key-1", body: """{"a":1}""");
        using var second = await SendAsync(service, "key-1", body: """{"a":2}""");
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("idempotency_key_reused", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(service.Ran);
    }

    [Fact]
    public async Task Keys_of_two_users_are_independent()
    {
        await using var service = await TestService.StartAsync();
        using var first = await SendAsync(service, "key-1");
        using var second = await SendAsync(service, "key-1", user: Guid.NewGuid());
        Assert.NotEqual(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(2, service.Ran.Count);
    }

    [Fact]
    public async Task Without_a_key_each_request_runs()
    {
        await using var service = await TestService.StartAsync();
        using var first = await SendAsync(service, null);
        using var second = await SendAsync(service, null);
        Assert.Equal(2, service.Ran.Distinct().Count());
    }

    [Theory]
    [InlineData(402)]
    [InlineData(409)]
    public async Task A_rejection_by_the_operation_is_stored(int status)
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => throw new ProblemException(status, "refused", "Refused"));
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok()));
        using var first = await SendAsync(service, "key-1");
        using var second = await SendAsync(service, "key-1");
        Assert.Equal(status, (int)first.StatusCode);
        Assert.Equal(status, (int)second.StatusCode);
        Assert.Single(service.Ran);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    public async Task A_rejection_before_the_operation_leaves_the_key_unused(int status)
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => throw new ProblemException(status, "refused", "Refused"));
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok()));
        using var first = await SendAsync(service, "key-1");
        using var second = await SendAsync(service, "key-1", body: """{"corrected":true}""");
        Assert.Equal(status, (int)first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task A_failed_attempt_is_continued_as_the_same_operation()
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => throw new InvalidOperationException("A bug."));
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok()));
        using var first = await SendAsync(service, "key-1");
        using var second = await SendAsync(service, "key-1");
        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        Assert.DoesNotContain("A bug.", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(2, service.Ran.Count);
        Assert.Single(service.Ran.Distinct());
    }

    [Fact]
    public async Task An_aborted_attempt_is_continued_as_the_same_operation()
    {
        await using var service = await TestService.StartAsync();
        var started = new TaskCompletionSource();
        service.Script.Enqueue(async context =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return TypedResults.Ok();
        });
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok()));
        using var leaving = new CancellationTokenSource();
        var first = SendAsync(service, "key-1", cancellationToken: leaving.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        using var second = await SendAsync(service, "key-1");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Single(service.Ran.Distinct());
    }

    [Fact]
    public async Task A_response_that_cannot_be_stored_is_sent_and_a_repeat_continues_the_same_operation()
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ =>
        {
            service.Gate.Close();
            return Task.FromResult<IResult>(TypedResults.Ok("done"));
        });
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok("done")));
        using var first = await SendAsync(service, "key-1");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Single(service.Log.Lines, line => line.Contains("could not be stored", StringComparison.Ordinal));

        service.Gate.Reopen();
        await service.Database.ExecuteAsync("update idempotency_records set leased_until = now() - interval '1 second'");
        using var second = await SendAsync(service, "key-1");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(2, service.Ran.Count);
        Assert.Single(service.Ran.Distinct());
    }

    [Fact]
    public async Task A_crashed_attempt_is_taken_over_when_its_lease_ends()
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => throw new InvalidOperationException("A bug."));
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok()));
        using var first = await SendAsync(service, "key-1");
        // The record of a process that was killed just now, and then long ago.
        await service.Database.ExecuteAsync("update idempotency_records set leased_until = now() + interval '30 seconds'");
        using var early = await SendAsync(service, "key-1");
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Contains("idempotency_key_in_use", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), early.Headers.RetryAfter?.Delta);

        await service.Database.ExecuteAsync("update idempotency_records set leased_until = now() - interval '1 second'");
        using var late = await SendAsync(service, "key-1");
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Single(service.Ran.Distinct());
    }

    [Fact]
    public async Task A_running_request_keeps_its_key_and_its_response_is_stored()
    {
        await using var service = await TestService.StartAsync();
        var end = new TaskCompletionSource();
        service.Script.Enqueue(async _ =>
        {
            await end.Task;
            return TypedResults.Ok("done");
        });
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok("done again")));
        var first = SendAsync(service, "key-1");
        var leased = await Eventually.BecomesAsync(() => LeasedUntilAsync(service), until => until != default, "it has begun");
        await Eventually.IsTrueAsync(async () => await LeasedUntilAsync(service) > leased, "its lease is renewed");
        end.SetResult();
        using var answer = await first;
        using var repeated = await SendAsync(service, "key-1");
        Assert.Equal("\"done\"", await repeated.Content.ReadAsStringAsync());
        Assert.Single(service.Ran);
    }

    [Fact]
    public async Task A_request_that_is_repeated_after_its_process_was_killed_continues_without_a_third_attempt()
    {
        await using var service = await TestService.StartAsync();
        var end = new TaskCompletionSource();
        service.Script.Enqueue(async _ =>
        {
            await end.Task;
            return TypedResults.Ok("late");
        });
        service.Script.Enqueue(_ => Task.FromResult<IResult>(TypedResults.Ok("done")));
        var first = SendAsync(service, "key-1");
        await Eventually.IsTrueAsync(async () => await LeasedUntilAsync(service) != default, "it has begun");
        // From now on it cannot renew its lease, as if it had been killed.
        await service.Database.ExecuteAsync("update idempotency_records set leased_until = leased_until + interval '1 microsecond'");

        using var second = await SendAsync(service, "key-1");
        Assert.Equal((HttpStatusCode.OK, "\"done\""), (second.StatusCode, await second.Content.ReadAsStringAsync()));
        Assert.Equal(2, service.Ran.Count);
        Assert.Single(service.Ran.Distinct());
        end.SetResult();
        using var late = await first;
        using var third = await SendAsync(service, "key-1");
        Assert.Equal("\"done\"", await third.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("with\ttab")]
    [InlineData("256")]
    public async Task A_malformed_key_is_rejected(string key)
    {
        await using var service = await TestService.StartAsync();
        using var answer = await SendAsync(service, key == "256" ? new string('k', 256) : key);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(service.Ran);
    }

    private static Task<DateTime> LeasedUntilAsync(TestService service) => service.Database.ScalarAsync<DateTime>(
        "select coalesce(max(leased_until), '0001-01-01 00:00Z') from idempotency_records");

    private static async Task<HttpResponseMessage> SendAsync(
        TestService service, string? key, string body = """{"a":1}""", Guid? user = null, CancellationToken cancellationToken = default)
    {
        using var client = service.Client(user ?? User);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/work") { Content = new StringContent(body) };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }
        return await client.SendAsync(request, cancellationToken);
    }
}
