using System.Text.Json.Nodes;
using static ReelBallers.LocalCloud.Stripe.HostedHtml;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>How the billing portal looks.</summary>
internal static class PortalHtml
{
    public static string Page(JsonObject customer, IEnumerable<JsonObject> cards, string? returnUrl, string? error = null) =>
        Document("Billing", $"""
            <h2>Your billing at ReelBallers</h2>
            {(error is null ? "" : $"<p class=\"error\" role=\"alert\">{Text(error)}</p>")}
            <form method="post">
            <label>Email<input name="email" type="email" autocomplete="email" value="{Text(customer.Text("email"))}"></label>
            <button class="plain" name="action" value="email">Change email</button>
            </form>
            <h2>Cards</h2>
            <ul>{string.Concat(cards.Select(card => Card(card, Customers.DefaultMethod(customer) == card.Id())))}</ul>
            <form method="post">
            <label>Card number<input name="card_number" inputmode="numeric" autocomplete="cc-number"
                placeholder="4242 4242 4242 4242"></label>
            <div class="two">
            <label>Expires<input name="exp" inputmode="numeric" autocomplete="cc-exp" placeholder="12 / 34"></label>
            <label>Security code<input name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="123"></label>
            </div>
            <button name="action" value="add">Add card</button>
            </form>
            {(returnUrl is null ? "" : $"<p><a href=\"{Text(returnUrl)}\">Return to ReelBallers</a></p>")}
            """);

    private static string Card(JsonObject method, bool isDefault)
    {
        var card = method["card"]!.AsObject();
        return $"""
            <li><span>{Text(card.Text("brand"))} ···· {Text(card.Text("last4"))}, {card.Number("exp_month")}/{card.Number("exp_year")}
            {(isDefault ? "(default)" : "")}</span>
            <form method="post"><input type="hidden" name="payment_method" value="{Text(method.Id())}">
            {(isDefault ? "" : "<button class=\"plain\" name=\"action\" value=\"default\">Make default</button>")}
            <button class="plain" name="action" value="remove">Remove</button></form></li>
            """;
    }
}
