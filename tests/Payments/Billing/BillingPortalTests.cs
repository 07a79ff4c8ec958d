using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Stripe's billing portal.</summary>
[Collection(StackCollection.Name)]
public sealed class BillingPortalTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task It_leads_back_to_the_app_whatever_the_caller_asks_for()
    {
        await stack.PaidAsync(_user);

        var answer = await stack.SendAsync(
            HttpMethod.Post, "/api/billing-portal?return_url=https://attacker.invalid", _user,
            """{"return_url":"https://attacker.invalid"}""");

        Assert.Equal(200, answer.Status);
        var page = await stack.PageAsync(answer.Text("url"));
        Assert.Contains("http://app.test:8080", page, StringComparison.Ordinal);
        Assert.DoesNotContain("attacker.invalid", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_email_that_is_changed_there_gets_the_next_receipt()
    {
        await stack.SaveCardAsync(_user);
        var url = (await stack.SendAsync(HttpMethod.Post, "/api/billing-portal", _user)).Text("url");

        Assert.Equal(303, (await stack.PayAsync(url, ("action", "email"), ("email", "new@example.com"))).Status);

        await Eventually.BecomesAsync(
            () => stack.Database.ScalarAsync<string>($"select email from customers where user_id = '{_user}'"),
            email => email == "new@example.com", "the new e-mail");
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        await stack.BalanceBecomesAsync(_user, 550);
        Assert.Equal("new@example.com", (await stack.PaymentsAsync(_user))[0].ReceiptEmail);
    }

    [Fact]
    public async Task Who_has_never_topped_up_has_none()
    {
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/billing-portal", _user);

        Assert.Equal((404, "customer_not_found"), (answer.Status, answer.Code));
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Post, "/api/billing-portal")).Status);
    }

    [Fact]
    public async Task During_an_outage_of_Stripe_it_is_unavailable()
    {
        await stack.PaidAsync(_user);
        await using var fault = await stack.FaultAsync("status", "POST /v1/billing_portal", times: 10, status: 500);

        var answer = await stack.SendAsync(HttpMethod.Post, "/api/billing-portal", _user);

        Assert.Equal((503, "stripe_unavailable"), (answer.Status, answer.Code));
        Assert.NotEqual(0, await stack.StruckAsync());
    }
}
