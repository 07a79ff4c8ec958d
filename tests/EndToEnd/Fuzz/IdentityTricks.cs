namespace ReelBallers.EndToEnd.Tests;

/// <summary>Attempts to be another user, or none.</summary>
internal static class IdentityTricks
{
    public static readonly IReadOnlyList<Trick> All =
    [
        new("anonymous", drawn => drawn.Request.Remove("Authorization")),
        new("cookie", drawn =>
        {
            drawn.Request.Remove("Authorization");
            drawn.Request.Set("Cookie", $"uid={drawn.Token}");
        }),
        new("forged token", drawn => drawn.Request.Set("Authorization", $"Bearer {Forged(drawn)}")),
        new("forged cookie", drawn =>
        {
            drawn.Request.Remove("Authorization");
            drawn.Request.Set("Cookie", $"uid={Forged(drawn)}");
        }),
        new("wrong bearer, right cookie", drawn =>
        {
            drawn.Request.Set("Authorization", $"Bearer {Forged(drawn)}");
            drawn.Request.Set("Cookie", $"uid={drawn.Token}");
        }),
        new("two cookies", drawn =>
        {
            drawn.Request.Remove("Authorization");
            drawn.Request.Set("Cookie", $"uid={Forged(drawn)}; uid={drawn.Token}");
        }),
        new("two cookie headers", drawn =>
        {
            drawn.Request.Remove("Authorization");
            drawn.Request.Headers.Add(("Cookie", $"uid={drawn.Token}"));
            drawn.Request.Headers.Add(("Cookie", $"uid={Forged(drawn)}"));
        }),
        new("two authorizations", drawn => drawn.Request.Headers.Add(("Authorization", $"Bearer {Forged(drawn)}"))),
        new("another scheme", drawn => drawn.Request.Set("Authorization",
            drawn.Pick(["Basic eDp5", "Bearer", "Bearer  ", "bearer x y", "Digest x", "Negotiate", "\u00e9", "Bearer \u00e9",
            new string('x', 6000)]))),
        new("forged identity headers", drawn =>
        {
            foreach (var name in new[] { "x-user-id", "X-User-ID", "x_user_id", "x-internal-credential", "x-caller", "x-uid" })
            {
                drawn.Request.Headers.Add((name, drawn.ForeignIds[3]));
            }
            drawn.Request.Headers.Add(("x-user-role", "admin"));
            if (drawn.Chance(0.5))
            {
                drawn.Request.Remove("Authorization");
            }
        }),
        new("forwarded", drawn =>
        {
            drawn.Request.Set("X-Forwarded-For", drawn.Pick(["127.0.0.1", "1.2.3.4, 5.6.7.8", "x", "::1", new string('1', 3000),
                "\u00e9"]));
            drawn.Request.Set("X-Forwarded-Proto", drawn.Pick(["https", "x", "https,http"]));
            drawn.Request.Set("X-Forwarded-Host", drawn.Pick(["evil.example", "", "a b"]));
            drawn.Request.Set("X-Forwarded-Prefix", drawn.Pick(["/x", "//evil.example", "x"]));
            drawn.Request.Set("Forwarded", "for=127.0.0.1;host=evil.example;proto=https");
        }),
    ];

    private static string Forged(FuzzCase drawn)
    {
        var token = drawn.Token;
        return drawn.Random.Next(8) switch
        {
            0 => new string('A', token.Length),
            1 => token[..^1],
            2 => token + "A",
            3 => token[..^5] + "!\u00e9 ~" + token[^1],
            4 => drawn.ForeignIds[3],
            5 => token.ToUpperInvariant(),
            6 => $"{token[..10]}{(char)(token[10] ^ 1)}{token[11..]}",
            _ => drawn.Pick(["", "null", "=", "%00", ".", "a.b.c", "+/+/", new string('_', token.Length)]),
        };
    }
}
