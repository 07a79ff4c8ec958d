using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Rotation of the webhook secret.</summary>
[Collection(StackCollection.Name)]
public sealed class SignatureRotationTests(Stack stack)
{
    private const string Old = "whsec_old";

    [Fact]
    public async Task Both_configured_secrets_are_accepted_and_no_other()
    {
        await using var replica = await stack.StartPaymentsAsync(("Stripe:PreviousWebhookSecret", Old));

        Assert.Equal(200, await DeliverAsync(replica, Header(Stack.WebhookSecret)));
        Assert.Equal(200, await DeliverAsync(replica, Header(Old)));
        Assert.Equal(400, await DeliverAsync(replica, Header("whsec_other")));
        Assert.Equal(400, await DeliverAsync(replica, Header(Old, ageSeconds: 301)));
    }

    [Fact]
    public async Task The_old_secret_is_rejected_once_it_is_removed()
    {
        Assert.Equal(400, await DeliverAsync(stack.Payments, Header(Old)));
    }

    [Fact]
    public async Task One_valid_signature_of_several_is_enough_and_a_test_signature_is_not_valid()
    {
        var good = Header(Stack.WebhookSecret);
        var (time, signature) = (good.Split(',')[0], good.Split(',')[1]["v1=".Length..]);
        var wrong = new string('0', 64);

        Assert.Equal(200, await DeliverAsync(stack.Payments, $"{time},v1={wrong},v1={signature}"));
        Assert.Equal(200, await DeliverAsync(stack.Payments, $"{time},v1={signature},v1={wrong},v0={wrong}"));
        Assert.Equal(400, await DeliverAsync(stack.Payments, $"{time},v0={signature}"));
        Assert.Equal(400, await DeliverAsync(stack.Payments, $"{time},v1={wrong},v0={signature}"));
    }

    [Theory]
    [InlineData(299, 200)]
    [InlineData(305, 400)]
    [InlineData(-310, 400)]
    public async Task The_timestamp_tolerance_is_five_minutes_in_both_directions(long ageSeconds, int status)
    {
        Assert.Equal(status, await DeliverAsync(stack.Payments, Header(Stack.WebhookSecret, ageSeconds)));
    }

    private const string Body =
        """{"id":"evt_rotation","object":"event","type":"product.created","created":1700000000,"data":{"object":{}}}""";

    private static string Header(string secret, long ageSeconds = 0) =>
        EventUtility.GenerateSignatureHeader(Body, secret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - ageSeconds);

    private static async Task<int> DeliverAsync(TestKit.ServiceApp service, string header)
    {
        using var client = service.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/stripe")
        {
            Content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", header);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
