using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>A key that Stripe rejects is an error of the configuration and has its own alert.</summary>
[Collection(StackCollection.Name)]
public sealed class RejectedKeyTests(Stack stack)
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_rejected_key_is_one_critical_log_and_a_metric_and_the_service_recovers(int status)
    {
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log);
        using var metrics = new RecordedMetrics(replica.Services);
        var user = Guid.NewGuid();
        await using (await stack.FaultAsync("status", "POST /v1/customers", times: 2, status: status))
        {
            for (var attempt = 0; attempt < 2; attempt++)
            {
                var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", user, """{"pack":"starter"}""", replica: replica);
                Assert.Equal((503, "stripe_unavailable"), (answer.Status, answer.Code));
            }
            Assert.Equal(2, await stack.StruckAsync());
        }

        Assert.Equal([1, 1], metrics.Of("payments.stripe.rejected_key", ("status", status == 401 ? "401" : "403")));
        Assert.Single(log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal)
            && line.Contains("Stripe:SecretKey", StringComparison.Ordinal));
        Assert.Equal(
            200, (await stack.SendAsync(HttpMethod.Post, "/api/topup", user, """{"pack":"starter"}""", replica: replica)).Status);
        Assert.Contains(log.Lines, line => line.Contains("Stripe accepts the key again", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("sk_test", StringComparison.Ordinal));
    }
}
