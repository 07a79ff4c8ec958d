using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The commands that the dashboard offers on the resources, each by its effect.</summary>
[Collection(nameof(Stack))]
public sealed class CommandTests(Stack stack)
{
    private static readonly string[] Processes = ["accounts", "gateway", "jobs", "localcloud", "payments", "postgres", "storage", "wallet"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public void Every_command_is_tested_here() => Assert.Equal(
        [
            .. new[] { "localcloud add-fault", "localcloud clear-faults", "localcloud pay", "payments reconcile", "postgres reset" }
                .Concat(Processes.Select(name => $"{name} kill")).Order(StringComparer.Ordinal),
        ],
        stack.Commands().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Pay_pays_the_newest_open_checkout()
    {
        await stack.ClearFaultsAsync();
        using var other = await User.ArriveAsync(stack);
        await other.StartTopupAsync(600);
        using var user = await User.ArriveAsync(stack);
        var (sessionId, _) = await user.StartTopupAsync(700);
        var paid = await SucceedAsync("localcloud", "pay");
        Assert.Equal($"Paid {sessionId}: 7.00 USD.", paid.Message);
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 700, "the credits have come");
    }

    [Fact]
    public async Task Add_fault_makes_the_calls_it_matches_fail_and_clear_faults_ends_that()
    {
        await stack.ClearFaultsAsync();
        using var user = await User.ArriveAsync(stack);
        await SucceedAsync("localcloud", "add-fault",
            ("cloud", "stripe"), ("kind", "status"), ("match", "POST /v1/checkout/sessions"), ("times", "1000"));
        using (var failed = await TopupAsync(user))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        }
        await SucceedAsync("localcloud", "clear-faults");
        Assert.Empty(await FaultsAsync());
        // The circuit to Stripe may be open for a while.
        await Eventually.IsTrueAsync(async () =>
        {
            using var answer = await TopupAsync(user);
            return answer.IsSuccessStatusCode;
        }, "a checkout can be started");
    }

    [Fact]
    public async Task Every_kind_of_fault_on_offer_is_one_that_LocalCloud_knows()
    {
        await stack.ClearFaultsAsync();
        var kinds = stack.Choices("localcloud", "add-fault", "kind");
        Assert.NotEmpty(kinds);
        foreach (var kind in kinds)
        {
            // Of RunPod there is every kind but those of tokens; a match that nothing has leaves other tests alone.
            var cloud = kind is "wrong_nonce" or "wrong_issuer" or "wrong_audience" or "unverified_email" or "expired_token"
                or "claims_in_userinfo" ? "openid" : "runpod";
            await SucceedAsync("localcloud", "add-fault", ("cloud", cloud), ("kind", kind), ("match", "POST /v2/none"), ("times", "1"));
        }
        Assert.Equal(kinds, (await FaultsAsync()).Select(fault => fault.GetProperty("kind").GetString()!));
        await SucceedAsync("localcloud", "clear-faults");
    }

    [Theory]
    [InlineData("drop_webhook", "POST /v1/refunds", "match must be an event type")]
    [InlineData("crash_worker", "", "kind crash_worker does not happen in stripe")]
    public async Task A_fault_that_makes_no_sense_is_rejected_with_the_reason(string kind, string match, string reason)
    {
        await stack.ClearFaultsAsync();
        var result = await stack.ExecuteAsync("localcloud", "add-fault",
            ("cloud", "stripe"), ("kind", kind), ("match", match), ("times", "1"));
        Assert.False(result.Success);
        Assert.StartsWith(reason, result.Message, StringComparison.Ordinal);
        Assert.Empty(await FaultsAsync());
    }

    [Fact]
    public async Task Run_the_reconciler_now_credits_a_payment_whose_webhook_was_lost()
    {
        await stack.ClearFaultsAsync();
        using var user = await User.ArriveAsync(stack);
        await user.StartTopupAsync(500);
        await SucceedAsync("localcloud", "add-fault",
            ("cloud", "stripe"), ("kind", "drop_webhook"), ("match", "checkout.session.completed"), ("times", "1"));
        await SucceedAsync("localcloud", "pay");
        await Eventually.IsTrueAsync(
            async () => (await FaultsAsync()).Single().GetProperty("struck").GetInt32() == 1, "the webhook is lost");
        Assert.Equal(0, await user.BalanceAsync());

        var reconciled = await SucceedAsync("payments", "reconcile");
        Assert.Matches("^Repaired: [1-9][0-9]* checkouts, ", reconciled.Message);
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 500, "the credits have come");
        await SucceedAsync("localcloud", "clear-faults");
    }

    [Fact]
    public async Task Kill_ends_the_process_and_another_takes_its_place()
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(Processes.All(stack.IsHealthy)), "all processes run", Patience);
        var before = Processes.ToDictionary(name => name, stack.ProcessIdOf);
        foreach (var name in Processes)
        {
            var killed = await SucceedAsync(name, "kill");
            Assert.Equal($"Process {before[name]} was killed.", killed.Message);
        }
        await Eventually.IsTrueAsync(
            () => Task.FromResult(Processes.All(name => stack.IsHealthy(name) && stack.ProcessIdOf(name) != before[name])),
            "every process has another in its place", Patience);
        await stack.IsHealthyAsync();
    }

    [Fact]
    public async Task Reset_all_data_leaves_no_credits_and_no_checkout()
    {
        using var before = await User.ArriveAsync(stack);
        await before.TopupAsync(500);
        await before.StartTopupAsync(500);

        await SucceedAsync("postgres", "reset");
        await Eventually.IsTrueAsync(() => Task.FromResult(Processes.All(stack.IsHealthy)), "all services run again", Patience);
        await stack.IsHealthyAsync();

        // The session is a signed token, which outlives the data.
        Assert.Equal(0, await before.BalanceAsync());
        Assert.Empty(await before.StatementAsync());
        var pay = await stack.ExecuteAsync("localcloud", "pay");
        Assert.Equal((false, "No checkout is open. Start one in the app: \"Buy credits\"."), (pay.Success, pay.Message));
        using var after = await User.ArriveAsync(stack);
        await after.TopupAsync(500);
    }

    private async Task<ExecuteCommandResult> SucceedAsync(string resource, string command, params (string Name, string Value)[] arguments)
    {
        var result = await stack.ExecuteAsync(resource, command, arguments);
        Assert.True(result.Success, $"{resource} {command}: {result.Message}");
        return result;
    }

    private async Task<List<JsonElement>> FaultsAsync()
    {
        using var client = new HttpClient();
        var body = await client.GetFromJsonAsync<JsonElement>(new Uri(stack.Control, "/faults"));
        return [.. body.GetProperty("faults").EnumerateArray()];
    }

    private static Task<HttpResponseMessage> TopupAsync(User user)
    {
        var body = JsonContent.Create(new { amount_cents = 500 });
        body.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return user.SendAsync(HttpMethod.Post, "/api/topup", body);
    }
}
