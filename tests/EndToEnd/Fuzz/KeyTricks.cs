using System.Globalization;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Idempotency keys that are reused or none.</summary>
internal static class KeyTricks
{
    public static readonly IReadOnlyList<Trick> All =
    [
        new("reused key", drawn => drawn.Request.Set("Idempotency-Key",
            string.Create(CultureInfo.InvariantCulture, $"shared-{drawn.Random.Next(40)}"))),
        new("odd key", drawn => drawn.Request.Set("Idempotency-Key", drawn.Pick(
            ["", " ", "a b", "\u00c3\u00a9", "\u0080", new string('k', 255), new string('k', 256), new string('k', 5000),
                "'; DROP TABLE idempotency_records; --", "a\tb", "%00", drawn.ForeignIds[3]]))),
        new("two keys", drawn =>
        {
            drawn.Request.Headers.Add(("Idempotency-Key", "one"));
            drawn.Request.Headers.Add(("Idempotency-Key", "two"));
        }),
        new("sent twice at once", drawn =>
        {
            drawn.Request.Set("Idempotency-Key", $"twice-{drawn.Number}");
            drawn.SendTwice = true;
        }),
    ];
}
