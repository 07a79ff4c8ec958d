using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The discount of a checkout session: one coupon, or one promotion code of a coupon.</summary>
internal static class Discounts
{
    private const string Hidden = "discount";

    /// <summary>Reads <c>discounts</c> and <c>allow_promotion_codes</c> of a new session.</summary>
    public static void Read(StripeWork work, StripeParams parameters, JsonObject session)
    {
        var isOpen = parameters.Flag("allow_promotion_codes");
        session["allow_promotion_codes"] = isOpen;
        if (!parameters.Has("discounts"))
        {
            return;
        }

        if (isOpen is not null)
        {
            throw StripeError.Invalid("You may only specify one of these parameters: allow_promotion_codes, discounts.", null, "discounts");
        }

        var items = parameters.Items("discounts");
        if (items.Count != 1)
        {
            throw StripeError.Invalid("You can specify one discount.", null, "discounts");
        }

        items[0].Allow("coupon", "promotion_code");
        var code = items[0].Text("promotion_code") is { } id
            ? PromotionCodes.Named(work, id, items[0].PathOf("promotion_code"))
            : null;
        if (code is not null)
        {
            Require(PromotionCodes.Refusal(work, code, session) ?? Apply(work, session, PromotionCodes.CouponOf(work, code), code),
                null, items[0].PathOf("promotion_code"));
            return;
        }

        var coupon = Coupons.Named(work, items[0].RequiredText("coupon"), items[0].PathOf("coupon"));
        Require(Coupons.IsValid(coupon, work) ? Apply(work, session, coupon, null) : $"Coupon expired: {coupon.Id()}",
            Coupons.IsValid(coupon, work) ? null : "coupon_expired", items[0].PathOf("coupon"));
    }

    /// <summary>A code that the buyer typed.</summary>
    /// <returns>Why it cannot be used, or null.</returns>
    public static string? Enter(StripeWork work, JsonObject session, string typed)
    {
        var code = PromotionCodes.Typed(work, typed);
        return code is null
            ? "This code is invalid."
            : PromotionCodes.Refusal(work, code, session) ?? Apply(work, session, PromotionCodes.CouponOf(work, code), code);
    }

    public static void Remove(StripeWork work, JsonObject session)
    {
        session["discounts"] = new JsonArray();
        session.HiddenPart().Remove(Hidden);
        SessionTotals.Count(work, session);
        work.Put(session);
    }

    /// <summary>Whether the discount is still allowed at the moment of the payment: it may have been used up meanwhile.</summary>
    public static bool StillHolds(StripeWork work, JsonObject session)
    {
        if (Of(session) is not { } discount)
        {
            return true;
        }

        var code = discount.Text("promotion_code") is { } id ? work.Get(id) : null;
        return code is not null
            ? PromotionCodes.Refusal(work, code, session) is null
            : work.Find(CouponIdOf(discount), Coupons.Kind) is { } coupon && Coupons.IsValid(coupon, work);
    }

    /// <summary>Counts the discount of a completed session.</summary>
    public static void Redeem(StripeWork work, JsonObject session)
    {
        if (Of(session) is not { } discount)
        {
            return;
        }

        if (discount.Text("promotion_code") is { } code)
        {
            Coupons.CountRedemption(work, work.Get(code));
        }

        if (work.Find(CouponIdOf(discount), Coupons.Kind) is { } coupon)
        {
            Coupons.CountRedemption(work, coupon);
        }
    }

    /// <summary>The session's <c>discount</c> object, or null.</summary>
    public static JsonObject? Of(JsonObject session) => session.HiddenPart()[Hidden] as JsonObject;

    /// <summary>What the session's discount takes off its subtotal.</summary>
    public static long AmountOff(StripeWork work, JsonObject session, long subtotal) =>
        Of(session) is { } discount && work.Find(CouponIdOf(discount), Coupons.Kind) is { } coupon
            ? Coupons.AmountOff(coupon, subtotal, session.Text("currency")!) ?? 0
            : 0;

    private static void Require(string? problem, string? code, string param)
    {
        if (problem is not null)
        {
            throw new StripeError(400, problem, code, param);
        }
    }

    private static string CouponIdOf(JsonObject discount) => discount["source"]!.AsObject().Text("coupon")!;

    private static string? Apply(StripeWork work, JsonObject session, JsonObject coupon, JsonObject? code)
    {
        var (subtotal, currency) = (session.Number("amount_subtotal"), session.Text("currency")!);
        if (Coupons.AmountOff(coupon, subtotal, currency) is not { } off)
        {
            return "This code is invalid.";
        }

        if (subtotal - off is var left && left > 0 && left < Currencies.MinimumOf(currency))
        {
            return $"The total after the discount must be at least {Currencies.Show(Currencies.MinimumOf(currency), currency)}.";
        }

        session.HiddenPart()[Hidden] = new JsonObject
        {
            ["id"] = StripeIds.New("di"),
            ["object"] = "discount",
            ["checkout_session"] = session.Id(),
            ["customer"] = session.Text("customer"),
            ["customer_account"] = null,
            ["end"] = null,
            ["invoice"] = null,
            ["invoice_item"] = null,
            ["promotion_code"] = code?.Id(),
            ["source"] = new JsonObject { ["coupon"] = coupon.Id(), ["type"] = "coupon" },
            ["start"] = work.NowSeconds,
            ["subscription"] = null,
            ["subscription_item"] = null,
        };
        session["discounts"] = new JsonArray(new JsonObject
        {
            ["coupon"] = code is null ? coupon.Id() : null,
            ["promotion_code"] = code?.Id(),
        });
        SessionTotals.Count(work, session);
        work.Put(session);
        return null;
    }
}
