using System.Text.Json;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Saved cards and automatic top-ups.</summary>
public partial class Stack
{
    /// <summary>Buys the starter pack (500 credits) and saves the card; returns the card's id.</summary>
    internal async Task<string> SaveCardAsync(Guid userId, string card = "4242424242424242")
    {
        var topup = await TopupAsync(userId, """{"pack":"starter","save_card":true}""");
        var (status, _) = await PayAsync(topup.CheckoutUrl, ("card_number", card));
        if (status == 200)
        {
            (status, _) = await PayAsync(topup.CheckoutUrl, ("authentication", "complete"));
        }
        Assert.Equal(303, status);
        await CreditedAsync(topup.SessionId);
        return (await CardsAsync(userId)).Single().GetProperty("id").GetString()!;
    }

    /// <summary>The user's cards, as the API lists them.</summary>
    internal async Task<List<JsonElement>> CardsAsync(Guid userId)
    {
        var answer = await SendAsync(HttpMethod.Get, "/api/cards", userId);
        Assert.True(answer.Status == 200, answer.ToString());
        return [.. answer.Body.GetProperty("cards").EnumerateArray()];
    }

    /// <summary>From now on the bank treats a saved card like the test card of that number.</summary>
    internal Task SetCardAsync(string cardId, string number) =>
        ControlAsync($"/stripe/payment_methods/{cardId}", new { card_number = number });

    /// <summary>Turns automatic top-ups on: below 100 credits the starter pack.</summary>
    internal async Task TurnOnAsync(Guid userId, long threshold = 100, long cap = 10_000, string pack = "starter")
    {
        var json = $$"""{"enabled":true,"threshold_cents":{{threshold}},"pack":"{{pack}}","monthly_cap_cents":{{cap}}}""";
        var answer = await SendAsync(HttpMethod.Put, "/api/auto-topup", userId, json);
        Assert.True(answer.Status == 200, answer.ToString());
    }

    internal Task<Answer> AutoTopupAsync(Guid userId) => SendAsync(HttpMethod.Get, "/api/auto-topup", userId);

    /// <summary>Waits until the rule is in that state, for that reason.</summary>
    internal Task<Answer> AutoTopupBecomesAsync(Guid userId, string state, string? reason = null) => Eventually.BecomesAsync(
        () => AutoTopupAsync(userId),
        answer => answer.Text("state") == state && answer.Body.GetProperty("reason").GetString() == reason, $"{state}, {reason}");

    /// <summary>The user's payments at Stripe, newest first.</summary>
    internal async Task<List<global::Stripe.PaymentIntent>> PaymentsAsync(Guid userId)
    {
        var customer = await Database.ScalarAsync<string>($"select customer_id from customers where user_id = '{userId}'");
        var payments = new global::Stripe.PaymentIntentService(Stripe);
        return [.. await payments.ListAsync(new global::Stripe.PaymentIntentListOptions { Customer = customer, Limit = 100 })];
    }

    /// <summary>What was charged to the saved card without its owner.</summary>
    internal async Task<long> ChargedAsync(Guid userId) => (await PaymentsAsync(userId))
        .Where(payment => payment.Metadata.GetValueOrDefault("source") == "auto_topup").Sum(payment => payment.AmountReceived);

    /// <summary>How many purchases without the user there are, whatever became of them.</summary>
    internal Task<long> AutoTopupCountAsync(Guid userId) =>
        Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{userId}' and source = 2");

    /// <summary>No purchase is stored until the result is disposed; what stores one waits for a lock.</summary>
    internal async Task<IAsyncDisposable> StopPurchasesAsync()
    {
        var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; lock table checkouts in share mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>How many connections wait for a lock.</summary>
    internal Task<long> WaitingForLocksAsync() => Database.ScalarAsync<long>(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");

    /// <summary>A page of Stripe's.</summary>
    internal Task<string> PageAsync(string url) => _plain.GetStringAsync(new Uri(url));

    /// <summary>The status and the redirect of a request.</summary>
    internal async Task<(int Status, Uri? Location)> RedirectAsync(string path, Guid userId)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Payments.Address, path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add(ServiceDefaults.InternalCredential.HeaderName, ServiceApp.Credential);
        request.Headers.Add(ServiceDefaults.Caller.HeaderName, userId.ToString());
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, answer.Headers.Location);
    }

    private Task CreditedAsync(string sessionId) => Eventually.IsTrueAsync(
        () => Database.ScalarAsync<bool>($"select credited_at is not null from checkouts where session_id = '{sessionId}'"),
        "a credited checkout");
}
