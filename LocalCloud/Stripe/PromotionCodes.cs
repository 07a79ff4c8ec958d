using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/promotion_codes</c>: what a buyer types at the checkout for a coupon.</summary>
internal static class PromotionCodes
{
    public const string Kind = "promotion_code";

    private const string Root = "/v1/promotion_codes";

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", Root, Create);
        app.MapStripe("GET", Root, List);
        app.MapStripe("GET", Root + "/{id}", call => Load(call));
        app.MapStripe("POST", Root + "/{id}", Update);
    }

    /// <summary>The promotion code that a parameter refers to.</summary>
    public static JsonObject Named(StripeWork work, string id, string param) =>
        work.Find(id, Kind) ?? throw StripeError.NoSuch("promotion code", id, param);

    /// <summary>The active code that a buyer typed, in any case.</summary>
    public static JsonObject? Typed(StripeWork work, string code) => work.PeekAll(Kind)
        .FirstOrDefault(one => one.Flag("active") && string.Equals(one.Text("code"), code, StringComparison.OrdinalIgnoreCase));

    public static JsonObject CouponOf(StripeWork work, JsonObject code) =>
        work.Get(code["promotion"]!.AsObject().Text("coupon")!);

    /// <summary>Why a buyer cannot use the code for a session.</summary>
    /// <returns>Null when it can be used.</returns>
    public static string? Refusal(StripeWork work, JsonObject code, JsonObject session)
    {
        const string Invalid = "This code is invalid.";
        var restrictions = code["restrictions"]!.AsObject();
        var currency = session.Text("currency")!;
        if (!IsRedeemable(work, code) || (code.Text("customer") is { } customer && customer != session.Text("customer")))
        {
            return Invalid;
        }

        if (restrictions["minimum_amount"] is not null)
        {
            var least = restrictions.Number("minimum_amount");
            if (restrictions.Text("minimum_amount_currency") != currency)
            {
                return Invalid;
            }

            if (session.Number("amount_subtotal") < least)
            {
                return $"This code needs a minimum order of {Currencies.Show(least, currency)}.";
            }
        }

        return restrictions.Flag("first_time_transaction") && HasPaid(work, session.Text("customer"))
            ? "This code is for a first order only."
            : null;
    }

    private static bool IsRedeemable(StripeWork work, JsonObject code) => code.Flag("active")
        && (code["expires_at"] is null || code.Number("expires_at") > work.NowSeconds)
        && (code["max_redemptions"] is null || code.Number("times_redeemed") < code.Number("max_redemptions"))
        && work.Find(code["promotion"]!.AsObject().Text("coupon")!, Coupons.Kind) is { } coupon && Coupons.IsValid(coupon, work);

    private static bool HasPaid(StripeWork work, string? customer) => customer is not null
        && work.PeekAll(Charges.Kind).Any(charge => charge.Text("customer") == customer && charge.Flag("paid"));

    private static JsonObject Create(StripeCall call)
    {
        var (work, parameters) = (call.Work, call.Params);
        parameters.Allow("active", "code", "customer", "expires_at", "max_redemptions", "metadata", "promotion", "restrictions");
        var promotion = parameters.Child("promotion") ?? throw StripeError.MissingParam("promotion");
        promotion.Allow("coupon", "type");
        promotion.RequiredText("type");
        promotion.OneOf("type", "coupon");
        var coupon = Coupons.Named(work, promotion.RequiredText("coupon"), "promotion[coupon]");
        var code = parameters.Text("code", 500) ?? StripeIds.Random(8).ToUpperInvariant();
        if (!code.All(char.IsAsciiLetterOrDigit))
        {
            throw StripeError.Invalid("Promotion codes can only contain letters and digits.", null, "code");
        }

        if (Typed(work, code) is not null)
        {
            throw new StripeError(400, $"An active promotion code with `code: {code}` already exists.", null, "code");
        }

        var document = new JsonObject
        {
            ["id"] = StripeIds.New("promo"),
            ["object"] = Kind,
            ["active"] = parameters.Flag("active") ?? true,
            ["code"] = code,
            ["created"] = work.NowSeconds,
            ["customer"] = parameters.Text("customer") is { } customer ? Customers.Named(work, customer, "customer").Id() : null,
            ["customer_account"] = null,
            ["expires_at"] = parameters.Integer("expires_at", work.NowSeconds),
            ["livemode"] = false,
            ["max_redemptions"] = parameters.Integer("max_redemptions", 1),
            ["metadata"] = StripeMetadata.New(parameters),
            ["promotion"] = new JsonObject { ["coupon"] = coupon.Id(), ["type"] = "coupon" },
            ["restrictions"] = Restrictions(parameters.Child("restrictions")),
            ["times_redeemed"] = 0L,
        };
        work.Put(document);
        work.Emit("promotion_code.created", document);
        return document;
    }

    private static JsonObject Restrictions(StripeParams? given)
    {
        given?.Allow("first_time_transaction", "minimum_amount", "minimum_amount_currency");
        var least = given?.Integer("minimum_amount", 1);
        return new JsonObject
        {
            ["first_time_transaction"] = given?.Flag("first_time_transaction") ?? false,
            ["minimum_amount"] = least,
            ["minimum_amount_currency"] = least is null ? null : given!.RequiredText("minimum_amount_currency").ToLowerInvariant(),
        };
    }

    private static JsonObject List(StripeCall call)
    {
        call.Params.Allow([.. StripePaging.Params, "active", "code", "coupon", "customer"]);
        var (isActive, code) = (call.Params.Flag("active"), call.Params.Text("code"));
        var (coupon, customer) = (call.Params.Text("coupon"), call.Params.Text("customer"));
        return StripePaging.Page(call, Kind, Root, one => (isActive is null || one.Flag("active") == isActive)
            && (code is null || string.Equals(one.Text("code"), code, StringComparison.OrdinalIgnoreCase))
            && (coupon is null || (string?)one["promotion"]!["coupon"] == coupon)
            && (customer is null || one.Text("customer") == customer));
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow("active", "metadata");
        var code = Load(call);
        var before = code.Shown();
        code["active"] = call.Params.Flag("active") ?? code.Flag("active");
        StripeMetadata.Change(code, call.Params);
        call.Work.Put(code);
        call.Work.Emit("promotion_code.updated", code, StripeJson.Changed(before, code));
        return code;
    }

    private static JsonObject Load(StripeCall call) =>
        call.Work.Find(call.Id, Kind) ?? throw StripeError.NotFound("promotion code", call.Id, "promotion_code");
}
