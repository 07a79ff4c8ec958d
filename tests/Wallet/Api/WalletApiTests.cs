using System.Net;
using System.Text;
using System.Text.Json;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class WalletApiTests(WalletFixture fixture)
{
    [Fact]
    public async Task Me_and_wallet_return_the_balance()
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        Assert.Equal($$"""{"uid":"{{user}}","balance_cents":500}""", await browser.GetStringAsync("/api/me"));
        Assert.Equal("""{"balance_cents":500}""", await browser.GetStringAsync("/api/wallet"));
    }

    [Fact]
    public async Task An_anonymous_caller_sees_an_empty_wallet_and_nothing_else()
    {
        using var anonymous = fixture.App.CreateClient();

        Assert.Equal("""{"balance_cents":0}""", await anonymous.GetStringAsync("/api/wallet"));
        foreach (var answer in new[]
        {
            await anonymous.GetAsync("/api/me"), await anonymous.GetAsync("/api/wallet/ledger"),
            await DebitAsync(anonymous, """{"job_id":"job","cost_cents":1}"""),
        })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Not authenticated", (await BodyAsync(answer)).GetProperty("error").GetString());
        }
    }

    [Fact]
    public async Task A_request_that_bypasses_the_gateway_is_rejected()
    {
        using var intruder = fixture.App.CreateClient(Guid.NewGuid(), withCredential: false);

        Assert.Equal(HttpStatusCode.Unauthorized, (await intruder.GetAsync("/api/wallet")).StatusCode);
    }

    [Fact]
    public async Task A_repeated_debit_of_a_job_spends_once()
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        var first = await DebitAsync(browser, """{"job_id":"job-1","cost_cents":120}""");
        var other = await DebitAsync(browser, """{"job_id":"job-2","cost_cents":100}""");
        var again = await DebitAsync(browser, """{"job_id":"job-1","cost_cents":120}""");

        Assert.Equal("""{"success":true,"new_balance_cents":380}""", await first.Content.ReadAsStringAsync());
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("""{"success":true,"new_balance_cents":280}""", await other.Content.ReadAsStringAsync());
        Assert.Equal("""{"success":true,"new_balance_cents":380}""", await again.Content.ReadAsStringAsync());
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal((280, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_debit_of_the_same_job_at_another_cost_is_a_conflict()
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        await DebitAsync(browser, """{"job_id":"job","cost_cents":120}""");

        var answer = await DebitAsync(browser, """{"job_id":"job","cost_cents":121}""");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("idempotency_key_reused", (await BodyAsync(answer)).GetProperty("code").GetString());
        Assert.Equal((380, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_debit_beyond_the_balance_is_402_and_may_succeed_later()
    {
        var user = await fixture.UserWithAsync(50);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        var answer = await DebitAsync(browser, """{"job_id":"job","cost_cents":51}""");

        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await BodyAsync(answer);
        Assert.Equal(("Insufficient funds", "insufficient_funds", 50, 51), (
            problem.GetProperty("error").GetString()!, problem.GetProperty("code").GetString()!,
            problem.GetProperty("balance_cents").GetInt64(), problem.GetProperty("required_cents").GetInt64()));

        await fixture.Wallet.CreditAsync(Requests.Credit(user, "more", 1));
        Assert.Equal(HttpStatusCode.OK, (await DebitAsync(browser, """{"job_id":"job","cost_cents":51}""")).StatusCode);
    }

    [Fact]
    public async Task A_frozen_wallet_is_403_and_spends_again_when_the_freeze_is_lifted()
    {
        var user = await fixture.UserWithAsync(50);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        await fixture.Wallet.FreezeAsync(new V1.FreezeRequest { UserId = user, Reference = "dispute" });

        var answer = await DebitAsync(browser, """{"job_id":"job","cost_cents":5}""");

        Assert.Equal((HttpStatusCode.Forbidden, "wallet_frozen"),
            (answer.StatusCode, (await BodyAsync(answer)).GetProperty("code").GetString()));
        Assert.Equal((50, 0), await fixture.BalanceAsync(user));
        await fixture.Wallet.UnfreezeAsync(new V1.UnfreezeRequest { UserId = user, Reference = "dispute" });
        Assert.Equal(HttpStatusCode.OK, (await DebitAsync(browser, """{"job_id":"job","cost_cents":5}""")).StatusCode);
    }

    [Fact]
    public async Task An_idempotency_key_replays_a_rejection_too()
    {
        var user = await fixture.UserWithAsync(50);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        browser.DefaultRequestHeaders.Add("Idempotency-Key", "my key");

        var first = await DebitAsync(browser, """{"job_id":"job","cost_cents":51}""");
        await fixture.Wallet.CreditAsync(Requests.Credit(user, "more", 1));
        var again = await DebitAsync(browser, """{"job_id":"job","cost_cents":51}""");
        var other = await DebitAsync(browser, """{"job_id":"job","cost_cents":1}""");

        Assert.Equal((HttpStatusCode.PaymentRequired, HttpStatusCode.PaymentRequired, HttpStatusCode.Conflict),
            (first.StatusCode, again.StatusCode, other.StatusCode));
        Assert.Equal((51, 0), await fixture.BalanceAsync(user));
    }

    [Theory]
    [InlineData("""{"cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":null,"cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":"","cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":7,"cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":"a b","cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":"é","cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":"a\u0000","cost_cents":1}""", "job_id")]
    [InlineData("""{"job_id":"job"}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":null}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":0}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":-5}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":1.5}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":"5"}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":true}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":[5]}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":100000000}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":9223372036854775808}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":1e400}""", "cost_cents")]
    [InlineData("""{"job_id":"job","cost_cents":5,"cost_cents":6}""", null)]
    [InlineData("""{"job_id":"\ud800","cost_cents":5}""", "job_id")]
    [InlineData("""{"job_\ud800":"x","cost_cents":5}""", null)]
    [InlineData("{}", "job_id")]
    [InlineData("{}", "cost_cents")]
    [InlineData("""[]""", null)]
    [InlineData("""null""", null)]
    [InlineData("""{"job_id":"job","cost_cents":5""", null)]
    [InlineData("", null)]
    public async Task A_malformed_debit_is_rejected_by_field_and_changes_nothing(string body, string? field)
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        var answer = await DebitAsync(browser, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await BodyAsync(answer);
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        var errors = problem.GetProperty("errors");
        Assert.True(field is null || errors.TryGetProperty(field, out _), errors.ToString());
        Assert.Equal((500, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_job_id_of_101_characters_is_too_long_and_one_of_100_is_not()
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));

        Assert.Equal(HttpStatusCode.BadRequest,
            (await DebitAsync(browser, $$"""{"job_id":"{{new string('j', 101)}}","cost_cents":1}""")).StatusCode);
        Assert.Equal(HttpStatusCode.OK,
            (await DebitAsync(browser, $$"""{"job_id":"{{new string('j', 100)}}","cost_cents":1}""")).StatusCode);
    }

    [Fact]
    public async Task A_debit_that_is_not_json_is_an_unsupported_media_type()
    {
        using var browser = fixture.App.CreateClient(Guid.NewGuid());

        var answer = await browser.PostAsync(
            "/api/debit", new StringContent("job_id=job&cost_cents=1", Encoding.UTF8, "application/x-www-form-urlencoded"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task The_statement_has_the_contract_s_fields_and_pages_by_cursor()
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        await DebitAsync(browser, """{"job_id":"job","cost_cents":120}""");

        var first = JsonDocument.Parse(await browser.GetStringAsync("/api/wallet/ledger?limit=1")).RootElement;
        var debit = Assert.Single(first.GetProperty("entries").EnumerateArray());
        Assert.Equal(
            [
                "id", "change_cents", "balance_after_cents", "reason", "job_id", "stripe_payment_id", "description", "created_at",
                "receipt_url",
            ],
            debit.EnumerateObject().Select(property => property.Name));
        Assert.Equal((-120, 380, "debit", "job"),
            (debit.GetProperty("change_cents").GetInt64(), debit.GetProperty("balance_after_cents").GetInt64(),
            debit.GetProperty("reason").GetString()!, debit.GetProperty("job_id").GetString()!));
        Assert.Equal(JsonValueKind.Null, debit.GetProperty("stripe_payment_id").ValueKind);
        Assert.Equal(JsonValueKind.Null, debit.GetProperty("receipt_url").ValueKind);
        Assert.Equal(TimeSpan.Zero, debit.GetProperty("created_at").GetDateTimeOffset().Offset);

        var cursor = first.GetProperty("next_cursor").GetString();
        var last = JsonDocument.Parse(await browser.GetStringAsync($"/api/wallet/ledger?limit=1&cursor={cursor}")).RootElement;
        Assert.Equal("topup", Assert.Single(last.GetProperty("entries").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task The_entry_of_a_payment_leads_to_its_receipt()
    {
        var user = Guid.NewGuid();
        await fixture.Wallet.CreditAsync(Requests.Credit($"{user}", "payment:pi_1", 500, payment: "pi_1"));
        using var browser = fixture.App.CreateClient(user);

        var page = JsonDocument.Parse(await browser.GetStringAsync("/api/wallet/ledger")).RootElement;

        Assert.Equal("/api/topup/pi_1/receipt", page.GetProperty("entries")[0].GetProperty("receipt_url").GetString());
    }

    [Fact]
    public async Task Another_user_sees_nothing_of_it()
    {
        var user = await fixture.UserWithAsync(500);
        using var browser = fixture.App.CreateClient(Guid.Parse(user));
        var cursor = JsonDocument.Parse(await GetTwoLinesAsync(browser)).RootElement.GetProperty("next_cursor").GetString();
        using var stranger = fixture.App.CreateClient(Guid.NewGuid());

        Assert.Equal("""{"entries":[],"next_cursor":null}""", await stranger.GetStringAsync("/api/wallet/ledger"));
        Assert.Equal("""{"entries":[],"next_cursor":null}""", await stranger.GetStringAsync($"/api/wallet/ledger?cursor={cursor}"));
        Assert.Equal("""{"balance_cents":0}""", await stranger.GetStringAsync("/api/wallet"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("ten")]
    [InlineData("")]
    [InlineData("99999999999")]
    public async Task An_invalid_limit_is_rejected_by_field(string limit)
    {
        using var browser = fixture.App.CreateClient(Guid.NewGuid());

        var answer = await browser.GetAsync($"/api/wallet/ledger?limit={limit}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await BodyAsync(answer)).GetProperty("errors").TryGetProperty("limit", out _));
    }

    private static async Task<string> GetTwoLinesAsync(HttpClient browser)
    {
        await DebitAsync(browser, """{"job_id":"job","cost_cents":120}""");
        return await browser.GetStringAsync("/api/wallet/ledger?limit=1");
    }

    private static Task<HttpResponseMessage> DebitAsync(HttpClient browser, string body) =>
        browser.PostAsync("/api/debit", new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
