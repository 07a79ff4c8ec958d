using System.Globalization;

namespace ReelBallers.Accounts;

/// <summary>Amounts and times as mails write them.</summary>
internal static class Wording
{
    /// <summary>An amount of money: <c>$5.00</c>, <c>12.50 EUR</c>.</summary>
    public static string Money(long cents, string currency)
    {
        var amount = (cents / 100m).ToString("N2", CultureInfo.InvariantCulture);
        return currency == "usd" ? $"${amount}" : $"{amount} {currency.ToUpperInvariant()}";
    }

    /// <summary>An amount of credits: <c>1 credit</c>, <c>2,200 credits</c>.</summary>
    public static string Credits(long credits) =>
        credits == 1 ? "1 credit" : $"{credits.ToString("N0", CultureInfo.InvariantCulture)} credits";

    /// <summary>What was bought: <c>500 credits</c>, <c>access to A and B</c>, <c>500 credits and access to A</c>.</summary>
    public static string Bought(long credits, IReadOnlyList<string> access) => (credits, access.Count) switch
    {
        (_, 0) => Credits(credits),
        (0, _) => $"access to {List(access)}",
        _ => $"{Credits(credits)} and access to {List(access)}",
    };

    /// <summary>Names in a row: <c>A</c>, <c>A and B</c>, <c>A, B and C</c>.</summary>
    public static string List(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>A time: <c>27 November 2026, 03:12 UTC</c>.</summary>
    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
