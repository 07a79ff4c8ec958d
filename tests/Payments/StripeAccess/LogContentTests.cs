using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>What must not be logged.</summary>
[Collection(StackCollection.Name)]
public sealed class LogContentTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task No_secret_signature_URL_or_email_is_logged()
    {
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log);
        var email = $"payer-{Guid.NewGuid():N}@example.com";
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"pro"}""", "key-log", replica);
        var (url, sessionId) = (answer.Text("checkout_url"), answer.Text("session_id"));
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayAsync(url, ("card_number", "4242424242424242"), ("email", email));
        }
        var body = System.Text.Encoding.UTF8.GetBytes(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId));
        var (good, forged) = (Stack.SignatureOf(body), Stack.SignatureOf(body, "whsec_wrong"));
        await using (await stack.FaultAsync("status", "GET /v1/checkout/sessions", times: 1, status: 400, shouldRetry: false))
        {
            Assert.Equal(200, (await stack.DeliverAsync(body, header: good, replica: replica)).Status);
        }
        Assert.Equal(400, (await stack.DeliverAsync(body, header: forged, replica: replica)).Status);
        Assert.Equal(400, (await stack.DeliverAsync(body, header: $"{good[..^2]}zz", replica: replica)).Status);
        var odd = RefundTests.Event(EventTypes.ChargeRefunded, $$"""{ "receipt_email": "{{email}}" }""", null);
        Assert.Equal(200, (await stack.DeliverAsync(odd, replica: replica)).Status);
        await stack.BalanceBecomesAsync(_user, 2_200);

        Assert.NotEmpty(log.Lines);
        string[] secrets =
            [Stack.WebhookSecret, "whsec_wrong", "sk_test_local", good, good[^64..], forged[^64..], url, email, ServiceApp.Credential];
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_key_that_Stripe_rejects_is_not_logged()
    {
        const string Key = "sk_test_0123456789abcdefghij";
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log, ("Stripe:SecretKey", Key));

        Assert.Equal(503, (await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"pro"}""", replica: replica)).Status);

        Assert.Contains(log.Lines, line => line.Contains("Stripe answered 401", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(Key[8..^4], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/api/topup", "POST /v1/checkout/sessions")]
    [InlineData("GET", "/api/topup/SESSION", "GET /v1/checkout/sessions")]
    public async Task A_client_that_goes_away_while_Stripe_is_asked_leaves_no_warning(string method, string path, string match)
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log);
        await using var slow = await stack.FaultAsync("delay", match, times: 100, delayMs: 60_000);
        using var client = replica.CreateClient(_user);
        path = path.Replace("SESSION", topup.SessionId, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = method == "GET" ? null : new StringContent("""{"pack":"max"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        using var patience = new CancellationTokenSource();
        var asked = client.SendAsync(request, patience.Token);
        await Eventually.IsTrueAsync(async () => await stack.StruckAsync() > 0, "Stripe is asked");

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        // Its stop waits for the requests that it has started.
        await replica.DisposeAsync();

        Assert.DoesNotContain(log.Lines, line => !line.StartsWith("Information", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_goes_away_while_the_wallet_is_asked_leaves_no_warning()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        using var wallet = new SilentWallet();
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log, wallet.Setting);
        using var client = replica.CreateClient(_user);
        using var patience = new CancellationTokenSource();
        var asked = client.GetAsync(new Uri($"/api/topup/{topup.SessionId}", UriKind.Relative), patience.Token);
        using var connection = await wallet.AcceptAsync();

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await replica.DisposeAsync();

        Assert.DoesNotContain(log.Lines, line => !line.StartsWith("Information", StringComparison.Ordinal));
    }
}
