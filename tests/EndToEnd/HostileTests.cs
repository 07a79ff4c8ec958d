using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ReelBallers.EndToEnd.Tests;

[Collection(nameof(Stack))]
public sealed class HostileTests(Stack stack)
{
    [Fact]
    public async Task The_same_webhook_five_times_in_a_row_and_at_once_credits_once()
    {
        using var user = await User.ArriveAsync(stack);
        var (session, checkoutUrl) = await user.StartTopupAsync(500);
        await stack.FaultAsync(new { cloud = "stripe", match = "checkout.session.completed", kind = "drop_webhook", times = 1 });
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await stack.ClearFaultsAsync();
        var payload = await CompletedEventAsync(session);

        for (var delivery = 0; delivery < 5; delivery++)
        {
            Assert.Equal(HttpStatusCode.OK, await DeliverAsync(user, payload));
        }
        Assert.Equal(500, await user.BalanceAsync());
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => DeliverAsync(user, payload))),
            status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(500, await user.BalanceAsync());
        Assert.Equal(["topup +500"], await user.StatementAsync());

        Assert.Equal(HttpStatusCode.BadRequest, await DeliverAsync(user, payload, secret: "whsec_guessed"));
    }

    [Fact]
    public async Task A_forged_identity_is_anonymous()
    {
        using var user = await User.ArriveAsync(stack);
        foreach (var path in new[] { "/api/me", "/api/wallet/ledger", "/api/jobs" })
        {
            using var answer = await user.SendAsync(HttpMethod.Get, path, token: new string('A', 64));
            await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized, "not_authenticated");
        }
    }

    [Fact]
    public async Task Resources_of_another_user_are_not_found()
    {
        using var owner = await User.ArriveAsync(stack);
        using var stranger = await User.ArriveAsync(stack);
        await owner.TopupAsync(500);
        await stranger.TopupAsync(500);
        var key = await owner.UploadClipAsync(320, 180, seconds: 1);
        var (session, _) = await owner.StartTopupAsync(700);
        var job = await owner.ExportAsync(key);
        await owner.EndedAsync(job);

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, $"/api/jobs/{job}"), (HttpMethod.Get, $"/api/status/{job}"), (HttpMethod.Get, $"/api/jobs/{job}/events"),
            (HttpMethod.Post, $"/api/jobs/{job}/cancel"), (HttpMethod.Post, $"/api/jobs/{job}/retry"),
            (HttpMethod.Get, $"/api/download/{job}"),
            (HttpMethod.Get, $"/api/topup/{session}"),
        })
        {
            using var answer = await stranger.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        using var export = await stranger.SendAsync(HttpMethod.Post, "/api/export",
            JsonContent.Create(new { source_key = key, duration_s = 1, target_resolution = "720p" }));
        Assert.Equal(HttpStatusCode.NotFound, export.StatusCode);
        using var complete = await stranger.SendAsync(HttpMethod.Post, "/api/uploads/complete", JsonContent.Create(new { key }));
        Assert.Equal(HttpStatusCode.NotFound, complete.StatusCode);
        Assert.Equal(500, await stranger.BalanceAsync());
    }

    [Theory]
    [InlineData("/api/topup", """{"amount_cents":-500}""")]
    [InlineData("/api/topup", """{"amount_cents":5.5}""")]
    [InlineData("/api/topup", """{"amount_cents":100000000}""")]
    [InlineData("/api/topup", """{"amount_cents":99999999999999999999}""")]
    [InlineData("/api/topup", """{"amount_cents":"500"}""")]
    [InlineData("/api/topup", """{"amount_cents":49}""")]
    [InlineData("/api/topup", """{}""")]
    [InlineData("/api/topup", """{"amount_cents":""")]
    [InlineData("/api/debit", """{"job_id":"j","cost_cents":-1}""")]
    [InlineData("/api/debit", """{"job_id":"j","cost_cents":0}""")]
    [InlineData("/api/debit", """{"job_id":"j","cost_cents":0.5}""")]
    [InlineData("/api/debit", """{"job_id":"j","cost_cents":"10"}""")]
    [InlineData("/api/debit", """{"job_id":"j","cost_cents":9223372036854775808}""")]
    [InlineData("/api/debit", """{"job_id":"j"}""")]
    [InlineData("/api/debit", """{"cost_cents":10}""")]
    [InlineData("/api/export", """{"source_key":"x","duration_s":-1,"target_resolution":"1080p"}""")]
    [InlineData("/api/export", """{"source_key":"x","duration_s":"1","target_resolution":"1080p"}""")]
    [InlineData("/api/export", """{"source_key":"x","duration_s":1,"target_resolution":"9000p"}""")]
    [InlineData("/api/jobs", """{"project_id":"p","type":"mining","params":{"source_key":"x","duration_s":1}}""")]
    [InlineData("/api/uploads", """{"filename":"a.mp4","content_type":"video/mp4","size_bytes":-1}""")]
    public async Task Malformed_input_is_refused_and_moves_nothing(string path, string body)
    {
        using var user = await User.ArriveAsync(stack);
        using var answer = await user.SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"));
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(0, await user.BalanceAsync());
        Assert.Empty(await user.StatementAsync());
    }

    [Fact]
    public async Task More_than_there_is_cannot_be_spent_and_one_debit_counts_once()
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        using var tooMuch =
            await user.SendAsync(HttpMethod.Post, "/api/debit", JsonContent.Create(new { job_id = "too-much", cost_cents = 501 }));
        var problem = await AssertRefusedAsync(tooMuch, HttpStatusCode.PaymentRequired, "insufficient_funds");
        Assert.Equal((500, 501), (problem.GetProperty("balance_cents").GetInt64(), problem.GetProperty("required_cents").GetInt64()));

        for (var time = 0; time < 2; time++)
        {
            var debit = await user.PostAsync("/api/debit", new { job_id = "once", cost_cents = 100 });
            Assert.Equal(400, debit.GetProperty("new_balance_cents").GetInt64());
        }
        using var changed =
            await user.SendAsync(HttpMethod.Post, "/api/debit", JsonContent.Create(new { job_id = "once", cost_cents = 101 }));
        await AssertRefusedAsync(changed, HttpStatusCode.Conflict, "idempotency_key_reused");
        Assert.Equal(["topup +500", "debit -100"], await user.StatementAsync());
    }

    private async Task<string> CompletedEventAsync(string sessionId)
    {
        using var stripe = new HttpClient { DefaultRequestHeaders = { { "Authorization", "Bearer sk_test_local" } } };
        var events =
            await stripe.GetFromJsonAsync<JsonElement>(new Uri(stack.Stripe, "/v1/events?type=checkout.session.completed&limit=100"));
        return events.GetProperty("data").EnumerateArray()
            .Single(candidate => candidate.GetProperty("data").GetProperty("object").GetProperty("id").GetString() == sessionId)
            .GetRawText();
    }

    private static async Task<HttpStatusCode> DeliverAsync(User user, string payload, string secret = "whsec_local")
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature =
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{payload}")));
        var body = new StringContent(payload, Encoding.UTF8, "application/json");
        body.Headers.Add("Stripe-Signature", $"t={at},v1={signature}");
        using var answer = await user.SendAsync(HttpMethod.Post, "/api/webhooks/stripe", body);
        return answer.StatusCode;
    }

    private static async Task<JsonElement> AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }
}
