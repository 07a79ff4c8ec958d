using System.Text.Json.Nodes;
using static ReelBallers.LocalCloud.Stripe.HostedHtml;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The pages of the checkout: they load no external resources.</summary>
internal static class CheckoutHtml
{
    private const string KeepCard = """
        <label><input class="tick" type="checkbox" name="save_card" value="true"> Keep my card for the next payments</label>
        """;

    private const string AddressFields = """
        <div class="two">
        <label>Country<input name="country" autocomplete="country" placeholder="US"></label>
        <label>Postal code<input name="postal_code" autocomplete="postal-code" placeholder="94103"></label>
        </div>
        """;

    public static string Form(JsonObject session, string? error = null)
    {
        var email = session["customer_details"]?.AsObject().Text("email");
        var offersBank = session["payment_method_types"]!.AsArray().Any(method => (string?)method == BankPayment.Method);
        return Document("Pay", $"""
            {Order(session)}
            {(error is null ? "" : $"<p class=\"error\" role=\"alert\">{Text(error)}</p>")}
            {(session.Flag("allow_promotion_codes") ? CodeForm(session) : "")}
            <form method="post">
            <label>Email<input name="email" type="email" autocomplete="email" value="{Text(email)}" placeholder="you@example.com"></label>
            <label>Card number<input name="card_number" inputmode="numeric" autocomplete="cc-number"
                placeholder="4242 4242 4242 4242" autofocus></label>
            <div class="two">
            <label>Expires<input name="exp" inputmode="numeric" autocomplete="cc-exp" placeholder="12 / 34"></label>
            <label>Security code<input name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="123"></label>
            </div>
            {(SessionTax.IsOn(session) && !SessionTax.IsKnown(session) ? AddressFields : "")}
            {(SavedCards.AreOffered(session) ? KeepCard : "")}
            <button>Pay {Text(Amount(session))}</button>
            </form>
            {(offersBank ? BankForm() : "")}
            {(session.Text("cancel_url") is { } back ? $"<p><a href=\"{Text(back)}\">Back without paying</a></p>" : "")}
            {TestNumbers(offersBank)}
            """);
    }

    public static string SecondStep(JsonObject session) => Confirm(Order(session));

    /// <summary>The same for a payment without a checkout.</summary>
    public static string Authentication(JsonObject intent) => Confirm($"""
        <h2>Pay ReelBallers</h2>
        <h1>{Text(Currencies.Show(intent.Number("amount"), intent.Text("currency")!))}</h1>
        """);

    private static string Confirm(string order) => Document("Confirm", $"""
        {order}
        <p>Your bank asks whether it is you who pays. Here you answer for the bank's customer
        (by curl: <code>-d authentication=complete</code> or <code>-d authentication=fail</code>).</p>
        <form method="post">
        <button name="authentication" value="complete">Complete authentication</button>
        <button class="plain" name="authentication" value="fail">Fail authentication</button>
        </form>
        """);

    private static string Order(JsonObject session) => $"""
        <h2>Pay ReelBallers</h2>
        <h1>{Text(Amount(session))}</h1>
        <ul>{string.Concat(LineItems.Of(session).Select(Item))}{Details(session)}</ul>
        """;

    private static string Details(JsonObject session)
    {
        var details = session["total_details"]!.AsObject();
        var (off, tax) = (details.Number("amount_discount"), details.Number("amount_tax"));
        var currency = session.Text("currency")!;
        var isOpen = SessionTax.IsOn(session) && !SessionTax.IsKnown(session);
        return (off == 0 ? "" : $"<li><span>Discount</span><span>-{Text(Currencies.Show(off, currency))}</span></li>")
            + (tax == 0 ? "" : $"<li><span>Tax</span><span>{Text(Currencies.Show(tax, currency))}</span></li>")
            + (isOpen ? "<li><span>Tax</span><span>by your address</span></li>" : "");
    }

    private static string CodeForm(JsonObject session) => Discounts.Of(session) is null
        ? """
            <form method="post"><label>Promotion code<input name="promotion_code" autocomplete="off"></label>
            <button class="plain">Apply code</button></form>
            """
        : """
            <form method="post"><button class="plain" name="remove_promotion_code" value="true">Remove code</button></form>
            """;

    private static string Item(JsonObject item)
    {
        var quantity = item.Number("quantity") == 1 ? "" : $" × {item.Number("quantity")}";
        return $"<li><span>{Text(item.Text("description") + quantity)}</span>"
            + $"<span>{Text(Currencies.Show(item.Number("amount_subtotal"), item.Text("currency")!))}</span></li>";
    }

    private static string Amount(JsonObject session) => Currencies.Show(session.Number("amount_total"), session.Text("currency")!);

    private static string BankForm() => $"""
        <details><summary>Pay from a US bank account instead</summary><form method="post">
        <label>Account number<input name="account_number" inputmode="numeric" placeholder="{BankPayment.Succeeds}"></label>
        <button class="plain" name="payment_method" value="{BankPayment.Method}">Pay from the account (settles later)</button>
        </form></details>
        """;

    private static string TestNumbers(bool offersBank) => $"""
        <details><summary>Numbers to try</summary><table>
        <tr><td><code>4242 4242 4242 4242</code></td><td>pays</td></tr>
        <tr><td><code>4000 0000 0000 0002</code></td><td>is declined</td></tr>
        <tr><td><code>4000 0000 0000 9995</code></td><td>has too little money</td></tr>
        <tr><td><code>4000 0025 0000 3155</code></td><td>asks for a second step</td></tr>
        <tr><td><code>4000 0000 0000 0259</code></td><td>pays, then disputes</td></tr>
        <tr><td><code>4000 0000 0000 5126</code></td><td>pays; a refund fails later</td></tr>
        {(offersBank ? $"""
        <tr><td><code>{BankPayment.Succeeds}</code></td><td>bank account: pays after a moment</td></tr>
        <tr><td><code>{BankPayment.NotFound}</code></td><td>bank account: fails after a moment</td></tr>
        <tr><td><code>{BankPayment.NoFunds}</code></td><td>bank account: too little money</td></tr>
        <tr><td><code>{BankPayment.StaysProcessing}</code></td><td>bank account: never settles</td></tr>
        """ : "")}
        </table></details>
        """;
}
