using System.Globalization;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The minimum charge of a currency, in its smallest unit.</summary>
internal static class Currencies
{
    public const long MaxAmount = 99_999_999;

    private static readonly Dictionary<string, long> Minimum = new()
    {
        ["usd"] = 50,
        ["eur"] = 50,
        ["gbp"] = 30,
        ["aud"] = 50,
        ["brl"] = 50,
        ["cad"] = 50,
        ["chf"] = 50,
        ["inr"] = 50,
        ["nzd"] = 50,
        ["sgd"] = 50,
        ["dkk"] = 250,
        ["nok"] = 300,
        ["sek"] = 300,
        ["hkd"] = 400,
        ["jpy"] = 50,
        ["mxn"] = 1000,
        ["pln"] = 200,
        ["huf"] = 17500,
        ["aed"] = 200,
        ["czk"] = 1500,
        ["myr"] = 200,
        ["ron"] = 200,
        ["thb"] = 1000,
    };

    public static bool IsKnown(string currency) => Minimum.ContainsKey(currency);

    public static long MinimumOf(string currency) => Minimum[currency];

    /// <summary>Rejects a charge that is smaller or larger than Stripe takes.</summary>
    public static void RequireChargeable(long amount, string currency)
    {
        if (!IsKnown(currency))
        {
            throw new StripeError(400, $"Invalid currency: {currency}", null, "currency");
        }

        if (amount < MinimumOf(currency))
        {
            throw new StripeError(
                400, $"Amount must be at least {Show(MinimumOf(currency), currency)} {currency}", "amount_too_small", "amount");
        }

        if (amount > MaxAmount)
        {
            throw new StripeError(
                400, $"Amount must be no more than {Show(MaxAmount, currency)}", "amount_too_large", "amount");
        }
    }

    /// <summary><c>$12.34</c>, <c>€12.34</c>, <c>¥1234</c>, <c>12.34 CHF</c>.</summary>
    public static string Show(long amount, string currency)
    {
        var number = currency == "jpy"
            ? amount.ToString("N0", CultureInfo.InvariantCulture)
            : (amount / 100m).ToString("N2", CultureInfo.InvariantCulture);
        return currency switch
        {
            "usd" => $"${number}",
            "eur" => $"€{number}",
            "gbp" => $"£{number}",
            "jpy" => $"¥{number}",
            _ => $"{number} {currency.ToUpperInvariant()}",
        };
    }
}
