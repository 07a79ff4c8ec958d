namespace ReelBallers.Payments.Tests;

/// <summary>Receipts and invoices.</summary>
[Collection(StackCollection.Name)]
public sealed class ReceiptTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_paid_topup_has_its_receipt_for_its_owner_only()
    {
        var paid = await stack.PaidAsync(_user);

        foreach (var id in new[] { paid.SessionId, paid.PaymentIntentId })
        {
            var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{id}", _user);
            var receipt = await stack.RedirectAsync($"/api/topup/{id}/receipt", _user);
            Assert.Equal((await stack.ChargeAsync(paid.PaymentIntentId)).ReceiptUrl, topup.Text("receipt_url"));
            Assert.Equal((302, topup.Text("receipt_url")), (receipt.Status, receipt.Location?.ToString()));
            var foreign = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{id}/receipt", Guid.NewGuid());
            Assert.Equal((404, "receipt_not_found"), (foreign.Status, foreign.Code));
        }
        var page = await stack.PageAsync((await stack.ChargeAsync(paid.PaymentIntentId)).ReceiptUrl);
        Assert.Contains("5.00", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_automatic_topup_has_its_receipt_too()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        await stack.SpendAsync(_user, 450);
        await stack.BalanceBecomesAsync(_user, 550);
        var payment = (await stack.PaymentsAsync(_user))[0].Id;

        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{payment}", _user);

        Assert.Equal((await stack.ChargeAsync(payment)).ReceiptUrl, topup.Text("receipt_url"));
    }

    [Fact]
    public async Task An_open_topup_has_none()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        var status = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{topup.SessionId}", _user);
        var receipt = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{topup.SessionId}/receipt", _user);

        Assert.Equal(System.Text.Json.JsonValueKind.Null, status.Body.GetProperty("receipt_url").ValueKind);
        Assert.Equal((404, "receipt_not_found"), (receipt.Status, receipt.Code));
        Assert.Equal(401, (await stack.SendAsync(HttpMethod.Get, $"/api/topup/{topup.SessionId}/receipt")).Status);
    }

    [Fact]
    public async Task Invoices_are_made_by_configuration()
    {
        await using var replica = await stack.StartPaymentsAsync(("Checkout:Invoices", "on"));
        var topup = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"starter"}""", replica: replica);
        await stack.PayByCardAsync(topup.Text("checkout_url"));
        await stack.BalanceBecomesAsync(_user, 500);

        var status = await TestKit.Eventually.BecomesAsync(
            () => stack.SendAsync(HttpMethod.Get, $"/api/topup/{topup.Text("session_id")}", _user),
            answer => answer.Body.GetProperty("invoice_url").GetString() is not null, "an invoice");

        var session = await stack.SessionAsync(topup.Text("session_id"));
        var invoice = await new global::Stripe.InvoiceService(stack.Stripe).GetAsync(session.InvoiceId);
        Assert.Equal(invoice.InvoicePdf, status.Text("invoice_url"));
        Assert.NotNull(status.Text("receipt_url"));
    }

    [Fact]
    public async Task An_erased_person_has_no_receipts_and_no_rule_here()
    {
        await stack.SaveCardAsync(_user);
        await stack.TurnOnAsync(_user);
        var session = await stack.Database.ScalarAsync<string>($"select session_id from checkouts where user_id = '{_user}'");

        await stack.Operator.ErasePersonAsync(new() { UserId = _user.ToString(), Actor = "ann" });
        await stack.DeliverAsync(Stack.EventOf("checkout.session.completed", session));

        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{session}", _user);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, topup.Body.GetProperty("receipt_url").ValueKind);
        Assert.Equal("off", (await stack.AutoTopupAsync(_user)).Text("state"));
        Assert.Empty(await stack.CardsAsync(_user));
        Assert.Equal(1, await stack.Database.ScalarAsync<long>(
            $"select count(*) from customers where user_id = '{_user}' and cards is null"));
    }
}
