using System.Globalization;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary><c>/v1/coupons</c>: how much a discount takes off.</summary>
internal static class Coupons
{
    public const string Kind = "coupon";

    private const string Root = "/v1/coupons";

    public static void Map(WebApplication app)
    {
        app.MapStripe("POST", Root, Create);
        app.MapStripe("GET", Root, call =>
        {
            call.Params.Allow(StripePaging.Params);
            return StripePaging.Page(call, Kind, Root, _ => true);
        });
        app.MapStripe("GET", Root + "/{id}", call => Load(call));
        app.MapStripe("POST", Root + "/{id}", Update);
        app.MapStripe("DELETE", Root + "/{id}", Delete);
    }

    /// <summary>The coupon that a parameter refers to.</summary>
    public static JsonObject Named(StripeWork work, string id, string param) =>
        work.Find(id, Kind) ?? throw StripeError.NoSuch(Kind, id, param);

    /// <summary>Whether it can be redeemed once more.</summary>
    public static bool IsValid(JsonObject coupon, StripeWork work) =>
        (coupon["redeem_by"] is null || coupon.Number("redeem_by") > work.NowSeconds)
        && (coupon["max_redemptions"] is null || coupon.Number("times_redeemed") < coupon.Number("max_redemptions"));

    /// <summary>What it takes off an amount.</summary>
    /// <returns>Null when it is for another currency.</returns>
    public static long? AmountOff(JsonObject coupon, long amount, string currency)
    {
        if (coupon["percent_off"] is not null)
        {
            return (long)Math.Round(amount * Percent(coupon) / 100m, MidpointRounding.AwayFromZero);
        }

        return coupon.Text("currency") == currency ? Math.Min(amount, coupon.Number("amount_off")) : null;
    }

    /// <summary>Counts a redemption of a coupon or a promotion code.</summary>
    public static void CountRedemption(StripeWork work, JsonObject document)
    {
        document["times_redeemed"] = document.Number("times_redeemed") + 1;
        if (document.ContainsKey("valid"))
        {
            document["valid"] = IsValid(document, work);
        }

        work.Put(document);
    }

    private static decimal Percent(JsonObject coupon) =>
        decimal.Parse(coupon["percent_off"]!.ToJsonString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static decimal? ReadPercent(StripeParams parameters)
    {
        const string Name = "percent_off";
        if (parameters.Text(Name) is not { } text)
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and <= 100
            ? value
            : throw StripeError.Invalid($"Invalid decimal: {text}; must be greater than 0 and at most 100", null, Name);
    }

    private static JsonObject Create(StripeCall call)
    {
        var parameters = call.Params;
        parameters.Allow("amount_off", "currency", "duration", "id", "max_redemptions", "metadata", "name", "percent_off", "redeem_by");
        var (amount, percent) = (parameters.Integer("amount_off", 1), ReadPercent(parameters));
        if (amount is null == percent is null)
        {
            throw StripeError.Invalid("You must pass one of percent_off or amount_off, and not both.", null, null);
        }

        var currency = amount is null ? null : parameters.RequiredText("currency").ToLowerInvariant();
        if (currency is not null && !Currencies.IsKnown(currency))
        {
            throw StripeError.Invalid($"Invalid currency: {currency}", null, "currency");
        }

        var id = parameters.Text("id") ?? StripeIds.Random(8);
        if (call.Work.Find(id) is not null)
        {
            throw new StripeError(400, $"Coupon already exists: {id}", "resource_already_exists", "id");
        }

        var coupon = new JsonObject
        {
            ["id"] = id,
            ["object"] = Kind,
            ["amount_off"] = amount,
            ["created"] = call.Work.NowSeconds,
            ["currency"] = currency,
            ["duration"] = parameters.OneOf("duration", "once", "forever") ?? "once",
            ["duration_in_months"] = null,
            ["livemode"] = false,
            ["max_redemptions"] = parameters.Integer("max_redemptions", 1),
            ["metadata"] = StripeMetadata.New(parameters),
            ["name"] = parameters.Text("name", 40),
            ["percent_off"] = percent,
            ["redeem_by"] = parameters.Integer("redeem_by", call.Work.NowSeconds),
            ["times_redeemed"] = 0L,
            ["valid"] = true,
        };
        call.Work.Put(coupon);
        call.Work.Emit("coupon.created", coupon);
        return coupon;
    }

    private static JsonObject Update(StripeCall call)
    {
        call.Params.Allow("metadata", "name");
        var coupon = Load(call);
        var before = coupon.Shown();
        coupon["name"] = call.Params.Has("name") ? call.Params.Text("name", 40) : coupon.Text("name");
        StripeMetadata.Change(coupon, call.Params);
        call.Work.Put(coupon);
        call.Work.Emit("coupon.updated", coupon, StripeJson.Changed(before, coupon));
        return coupon;
    }

    private static JsonObject Delete(StripeCall call)
    {
        call.Params.Allow();
        var coupon = Load(call);
        call.Work.Emit("coupon.deleted", coupon);
        call.Work.Remove(coupon);
        return new JsonObject { ["id"] = coupon.Id(), ["object"] = Kind, ["deleted"] = true };
    }

    private static JsonObject Load(StripeCall call) => call.Work.Find(call.Id, Kind) is { } coupon
        ? coupon
        : throw StripeError.NotFound(Kind, call.Id, "coupon");
}
