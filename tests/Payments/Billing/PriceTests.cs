using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Tax and promotion codes: what is paid differs from the price, and the credits do not.</summary>
[Collection(StackCollection.Name)]
public sealed class PriceTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _code = $"CODE{Guid.NewGuid():N}"[..16].ToUpperInvariant();

    [Fact]
    public async Task Without_the_configuration_no_code_tax_or_invoice_is_offered()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        var session = await stack.SessionAsync(topup.SessionId);

        Assert.Equal(
            (null, false, false), (session.AllowPromotionCodes, session.AutomaticTax.Enabled, session.InvoiceCreation?.Enabled ?? false));
    }

    [Fact]
    public async Task Tax_is_paid_on_top_and_a_full_refund_returns_it()
    {
        await CodeAsync(percentOff: 10);
        var session = await PayAsync(("Checkout:AutomaticTax", "on"));

        await stack.BalanceBecomesAsync(_user, 2_200);
        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{session}", _user);
        Assert.Equal((2_000, 200, 0), (topup.Number("amount_cents"), topup.Number("tax_cents"), topup.Number("discount_cents")));
        var payment = (await stack.SessionAsync(session)).PaymentIntentId;
        Assert.Equal(2_200, (await stack.ChargeAsync(payment)).Amount);

        await stack.RefundAsync(payment, 1_100);
        await stack.WalletBecomesAsync(_user, 1_100);
        Assert.Equal("paid", await stack.StatusAsync(_user, session));
        await stack.RefundAsync(payment);
        await stack.WalletBecomesAsync(_user, 0);
        await stack.RowBecomesAsync(session, CheckoutStatus.Refunded);
    }

    [Fact]
    public async Task Tax_can_be_part_of_the_price()
    {
        var session = await PayAsync(("Checkout:AutomaticTax", "on"), ("Checkout:TaxBehavior", "inclusive"));

        await stack.BalanceBecomesAsync(_user, 2_200);
        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{session}", _user);
        Assert.InRange(topup.Number("tax_cents"), 1, 200);
        Assert.Equal(2_000, (await stack.SessionAsync(session)).AmountTotal);
    }

    [Fact]
    public async Task An_allowed_discount_gives_all_credits()
    {
        await CodeAsync(percentOff: 25);

        var session = await PayAsync(("Checkout:PromotionCodes", "on"));

        await stack.BalanceBecomesAsync(_user, 2_200);
        var topup = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{session}", _user);
        Assert.Equal((2_000, 500, 2_200), (topup.Number("amount_cents"), topup.Number("discount_cents"), topup.Number("credits")));
        var payment = (await stack.SessionAsync(session)).PaymentIntentId;
        var refund = await stack.Operator.RefundPaymentAsync(
            new() { PaymentIntentId = payment, IdempotencyKey = $"{_user}", Actor = "ann" });
        Assert.Equal(1_500, refund.AmountCents);
        await stack.WalletBecomesAsync(_user, 0);
    }

    [Fact]
    public async Task A_discount_below_the_floor_gives_credits_for_what_was_paid()
    {
        await CodeAsync(percentOff: 75);

        var session = await PayAsync(("Checkout:PromotionCodes", "on"), ("Checkout:MaxDiscountPercent", "50"));

        await stack.BalanceBecomesAsync(_user, 500);
        await NothingIsDeadAsync(session);
        Assert.Equal(500, (await stack.SendAsync(HttpMethod.Get, $"/api/topup/{session}", _user)).Number("credits"));
        await stack.RefundAsync((await stack.SessionAsync(session)).PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0);
    }

    [Fact]
    public async Task A_code_for_the_whole_price_gives_nothing_and_leaves_no_dead_event()
    {
        await CodeAsync(percentOff: 100);

        var session = await PayAsync(("Checkout:PromotionCodes", "on"));

        await stack.RowBecomesAsync(session, CheckoutStatus.Failed);
        await NothingIsDeadAsync(session);
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    // The pro pack: 2,000 cents for 2,000 credits and 200 as a bonus.
    private async Task<string> PayAsync(params (string Key, string Value)[] settings)
    {
        await using var replica = await stack.StartPaymentsAsync(settings);
        var topup = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"pro"}""", replica: replica);
        Assert.True(topup.Status == 200, topup.ToString());
        var form = new List<(string, string)> { ("card_number", "4242424242424242"), ("country", "US"), ("postal_code", "94103") };
        if (settings.Any(setting => setting.Key == "Checkout:PromotionCodes"))
        {
            form.Add(("promotion_code", _code));
            form.Add(("pay", "true"));
        }
        Assert.Equal(303, (await stack.PayAsync(topup.Text("checkout_url"), [.. form])).Status);
        return topup.Text("session_id");
    }

    private async Task CodeAsync(decimal percentOff)
    {
        var coupon = await new CouponService(stack.Stripe).CreateAsync(
            new CouponCreateOptions { PercentOff = percentOff, Duration = "once" });
        await new PromotionCodeService(stack.Stripe).CreateAsync(new PromotionCodeCreateOptions
        {
            Code = _code,
            Promotion = new PromotionCodePromotionOptions { Type = "coupon", Coupon = coupon.Id },
        });
    }

    private async Task NothingIsDeadAsync(string session)
    {
        await stack.HandledAsync(session, 1);
        Assert.Equal(0, await stack.Database.ScalarAsync<long>(
            $"select count(*) from stripe_events where payload like '%{session}%' and state = 3"));
    }
}
