using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A card or a bank account that paid or can pay: <c>payment_method</c>.</summary>
internal static class PaymentMethod
{
    public const string Kind = "payment_method";

    private const string Number = "number";
    private const string IsSetUp = "is_set_up";
    private const string IsUsedUp = "is_used_up";

    /// <summary>A stored card that belongs to no customer.</summary>
    public static JsonObject NewCard(StripeWork work, TypedCard typed, Buyer? buyer)
    {
        var method = New(work, "card", CardPart(typed), buyer);
        method.HiddenPart()[Number] = typed.Card.Number;
        work.Put(method);
        return method;
    }

    /// <summary>A bank account that pays once.</summary>
    public static JsonObject NewBankAccount(StripeWork work, JsonObject account, Buyer buyer)
    {
        var method = New(work, BankPayment.Method, account, buyer);
        work.Put(method);
        return method;
    }

    /// <summary>Attaches it to a customer, to be charged again.</summary>
    /// <param name="work">The changes of this request.</param>
    /// <param name="method">The payment method.</param>
    /// <param name="customer">The customer's id.</param>
    /// <param name="isSetUp">Whether its owner agreed to payments without them.</param>
    /// <param name="redisplay">Whether checkout may show it to the customer again.</param>
    public static void Attach(StripeWork work, JsonObject method, string customer, bool isSetUp, string? redisplay = null)
    {
        method["customer"] = customer;
        method["allow_redisplay"] = redisplay ?? method.Text("allow_redisplay");
        method["card"]!["checks"]!["cvc_check"] = "pass";
        method.HiddenPart()[IsSetUp] = isSetUp;
        work.Put(method);
        work.Emit("payment_method.attached", method);
    }

    /// <summary>Takes it from its customer, for good.</summary>
    public static void Detach(StripeWork work, JsonObject method)
    {
        var id = method.Text("customer")!;
        method["customer"] = null;
        method.HiddenPart()[IsUsedUp] = true;
        work.Put(method);
        work.Emit("payment_method.detached", method, new JsonObject { ["customer"] = id });
        if (work.Find(id) is { } customer && !customer.Flag("deleted") && Customers.DefaultMethod(customer) == method.Id())
        {
            Customers.SetDefaultMethod(work, customer, null);
        }
    }

    /// <summary>Marks one that paid without being attached: it cannot pay a second time.</summary>
    public static void UseUp(StripeWork work, JsonObject method)
    {
        if (method.Text("customer") is null)
        {
            method.HiddenPart()[IsUsedUp] = true;
            work.Put(method);
        }
    }

    public static bool CanPay(JsonObject method) => !method.HiddenPart().Flag(IsUsedUp);

    /// <summary>How the bank treats the card.</summary>
    public static TestCard CardOf(JsonObject method) => TestCard.Of(method.HiddenPart().Text(Number) ?? "");

    /// <summary>Makes the bank treat a saved card like another test card from now on.</summary>
    public static void Treat(StripeWork work, JsonObject method, TestCard card)
    {
        method.HiddenPart()[Number] = card.Number;
        work.Put(method);
    }

    /// <summary>Whether the bank requires authentication before the merchant may charge the card without its owner.</summary>
    public static bool NeedsOwner(JsonObject method) => CardOf(method).OffSession switch
    {
        OffSessionAuthentication.Never => false,
        OffSessionAuthentication.UnlessSetUp => !method.HiddenPart().Flag(IsSetUp),
        OffSessionAuthentication.Always => true,
    };

    /// <summary>A stable name of a card, the same for each payment method with its number.</summary>
    public static string Fingerprint(string number) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"card {number}"))).Replace("+", "x", StringComparison.Ordinal)
            .Replace("/", "y", StringComparison.Ordinal)[..16];

    private static JsonObject New(StripeWork work, string type, JsonObject details, Buyer? buyer) => new()
    {
        ["id"] = StripeIds.New("pm"),
        ["object"] = Kind,
        ["allow_redisplay"] = "unspecified",
        ["billing_details"] = new JsonObject
        {
            ["address"] = StripeAddress.Empty(),
            ["email"] = buyer?.Email,
            ["name"] = buyer?.Name,
            ["phone"] = null,
            ["tax_id"] = null,
        },
        [type] = details,
        ["created"] = work.NowSeconds,
        ["customer"] = null,
        ["customer_account"] = null,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["type"] = type,
    };

    private static JsonObject CardPart(TypedCard typed) => new()
    {
        ["brand"] = typed.Card.Brand,
        ["checks"] = new JsonObject { ["address_line1_check"] = null, ["address_postal_code_check"] = null, ["cvc_check"] = "unchecked" },
        ["country"] = "US",
        ["display_brand"] = typed.Card.Brand,
        ["exp_month"] = (long)typed.ExpMonth,
        ["exp_year"] = (long)typed.ExpYear,
        ["fingerprint"] = Fingerprint(typed.Card.Number),
        ["funding"] = "credit",
        ["generated_from"] = null,
        ["last4"] = typed.Card.Last4,
        ["networks"] = new JsonObject { ["available"] = new JsonArray(typed.Card.Brand), ["preferred"] = null },
        ["regulated_status"] = "unregulated",
        ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
        ["wallet"] = null,
    };
}
