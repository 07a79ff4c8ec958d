using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class ErrorAnswerTests
{
    [Theory]
    [InlineData("Development", "application/json")]
    [InlineData("Development", "application/grpc")]
    [InlineData("Development", "application/grpc+json")]
    [InlineData("Production", "application/grpc")]
    public async Task An_internal_error_reveals_nothing_in_any_environment(string environment, string contentType)
    {
        await using var service = await TestService.StartAsync(environment);
        service.Script.Enqueue(_ => throw new InvalidOperationException("a detail of the code"));
        using var client = service.Client(Guid.NewGuid());
        var body = new ByteArrayContent("{}"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await client.PostAsync("/work", body);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(TestKit.ServiceApp.Credential, text, StringComparison.Ordinal);
        Assert.DoesNotContain("a detail of the code", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log.Lines, line => line.Contains(TestKit.ServiceApp.Credential, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_trace_id_of_a_failure_is_in_its_only_log_line()
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => throw new InvalidOperationException("a detail of the code"));
        using var client = service.Client(Guid.NewGuid());
        using var answer = await client.PostAsync("/work", null);

        var traceId = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("trace_id").GetString()!;
        Assert.Contains(traceId, Assert.Single(service.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+json")]
    [InlineData(null)]
    public async Task An_idempotency_key_counts_with_any_content_type(string? contentType)
    {
        await using var service = await TestService.StartAsync();
        using var client = service.Client(Guid.NewGuid());
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var body = new ByteArrayContent("{}"u8.ToArray());
            body.Headers.TryAddWithoutValidation("Content-Type", contentType);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/work")
            {
                Content = body,
                Headers = { { "Idempotency-Key", "key-1" } },
            };
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
        Assert.Single(service.Ran);
    }

    [Fact]
    public async Task An_outage_has_a_Retry_After_header()
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => Task.FromResult(Problems.Unavailable("stripe_unavailable", "Stripe unavailable")));
        using var client = service.Client(Guid.NewGuid());
        using var answer = await client.PostAsync("/work", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("POST", true)]
    [InlineData("GET", false)]
    public async Task An_outage_during_an_unsafe_request_does_not_claim_that_nothing_happened(string method, bool isUnsafe)
    {
        await using var service = await TestService.StartAsync();
        service.Script.Enqueue(_ => throw new RpcException(new Status(StatusCode.DeadlineExceeded, "too late")));
        using var client = service.Client(Guid.NewGuid());
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), "/work");
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
        Assert.DoesNotContain("charged", detail, StringComparison.Ordinal);
        Assert.Equal(isUnsafe, detail.Contains("Idempotency-Key", StringComparison.Ordinal));
    }

    [Fact]
    public void A_common_member_of_errors_cannot_be_added_twice()
    {
        foreach (var name in new[] { "type", "title", "status", "detail", "instance", "code", "error", "trace_id" })
        {
            Assert.Throws<ArgumentException>(() => Problems.Of(StatusCodes.Status409Conflict, "conflict", "Conflict", null, (name, "x")));
        }
    }
}
