using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Retries and the circuit breaker.</summary>
[Collection(OutageCollection.Name)]
public sealed class ResilienceTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Retry_After_is_respected()
    {
        await stack.TopupAsync(_user, """{"amount_cents":500}""");
        await using var busy = await stack.FaultAsync("status", "POST /v1/checkout/sessions", times: 1, status: 429, retryAfterSeconds: 2);
        var clock = Stopwatch.StartNew();

        await stack.TopupAsync(_user, """{"amount_cents":600}""");

        // A lower bound of the requested wait; the rest is not measured.
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(1.9), clock.Elapsed.ToString());
    }

    [Fact]
    public async Task A_long_Retry_After_is_not_waited_for()
    {
        await stack.TopupAsync(_user, """{"amount_cents":500}""");
        await using var busy = await stack.FaultAsync("status", "POST /v1/checkout/sessions", times: 1, status: 429, retryAfterSeconds: 8);

        // A call that waited would have succeeded.
        Assert.Equal((503, "stripe_unavailable"), await TryAsync());

        Assert.Equal(1, await stack.StruckAsync());
    }

    [Theory]
    [InlineData(503, false, 1)]
    [InlineData(400, true, 3)]
    [InlineData(503, null, 3)]
    [InlineData(400, null, 1)]
    public async Task A_failed_call_is_retried_a_few_times_or_as_Stripe_says(int status, bool? shouldRetry, int attempts)
    {
        await stack.TopupAsync(_user, """{"amount_cents":500}""");
        await using var trouble = await stack.FaultAsync(
            "status", "POST /v1/checkout/sessions", times: 10, status: status, shouldRetry: shouldRetry);

        await TryAsync();

        Assert.Equal(attempts, await stack.StruckAsync());
    }

    [Fact]
    public async Task An_open_circuit_fails_at_once_and_closes_after_a_while()
    {
        await using var replica = await stack.StartPaymentsAsync(("Stripe:BreakAfter", "6"));
        await using (await stack.FaultAsync("cut", "", times: 10_000))
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                Assert.Equal((503, "stripe_unavailable"), await TryAsync(replica));
            }
            var asked = await stack.StruckAsync();
            Assert.True(asked >= 6);

            for (var attempt = 0; attempt < 5; attempt++)
            {
                Assert.Equal((503, "stripe_unavailable"), await TryAsync(replica));
            }

            // Stripe was not called: that is what "at once" means.
            Assert.Equal(asked, await stack.StruckAsync());
        }

        await Eventually.BecomesAsync(() => TryAsync(replica), answer => answer.Status == 200, "a Stripe that is asked again");
    }

    [Fact]
    public async Task Rejections_do_not_open_the_circuit()
    {
        await using var replica = await stack.StartPaymentsAsync(("Stripe:BreakAfter", "4"));
        await using (await stack.FaultAsync("status", "POST /v1/customers", times: 10, status: 429, shouldRetry: false))
        {
            for (var attempt = 0; attempt < 6; attempt++)
            {
                Assert.Equal((503, "stripe_unavailable"), await TryAsync(replica));
            }
        }

        Assert.Equal(200, (await TryAsync(replica)).Status);
    }

    private async Task<(int Status, string Code)> TryAsync(ServiceApp? replica = null)
    {
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"amount_cents":777}""", replica: replica);
        return (answer.Status, answer.Status == 200 ? "" : answer.Code);
    }
}
