using System.Globalization;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>JSON values, and texts that are none, which no member expects.</summary>
internal static class HostileValues
{
    private static readonly string[] Fixed =
    [
        "null", "true", "false", "0", "-1", "1", "0.5", "-0", "1.0", "1e2", "1E400", "-1e-400", "1e-5", "99999999999999999999",
        "2147483648",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "79228162514264337593543950336",
        "0.1000000000000000055511151231257827",
        "\"5\"", "\"1e2\"", "\" 5\"", "\"\"", "\" \"", "\"NaN\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"",
        "\"\\uffff\"",
        "\"\\u202e\"", "\"\U0001D4B3\"", "\"\u00e9\"", "\"../../etc/passwd\"", "\"' OR 1=1 --\"", "\"<script>alert(1)</script>\"",
        "\"{{7*7}}\"",
        "\"a\\r\\nSet-Cookie: x=y\"", "\"%00\"", "\"video/mp4; charset=x\"", "\"\\\\\\\\host\\\\share\"",
        "\"00000000-0000-0000-0000-000000000000\"",
        "[]", "{}", "[null]", "[[]]", "{\"a\":{}}", "[1,\"x\",{}]",
        "NaN", "Infinity", "-", "+1", "01", ".5", "1.", "0x10", "1_000", "undefined", "'x'", "\"\\x\"", "\"unterminated",
        "\"tab\tin it\"", "", "/*c*/1",
    ];

    private static readonly string[] Elements = ["0", "{}", "\"x\"", "{\"time\":0,\"x\":0,\"y\":0,\"width\":1,\"height\":1}"];

    /// <summary>One of them as text that stands in a document's place of a value.</summary>
    public static string Draw(FuzzCase drawn) => drawn.Random.Next(12) switch
    {
        0 => $"\"{drawn.Pick(drawn.ForeignIds)}\"",
        1 => $"\"{new string(drawn.Pick(['a', '\u00e9', '\u20ac']), drawn.Pick([101, 256, 513, 5000, 70_000]))}\"",
        2 => new string('[', drawn.Pick([63, 65, 1000])) + new string(']', drawn.Pick([63, 65, 1000])),
        3 => $"[{string.Join(',', Enumerable.Repeat(drawn.Pick(Elements), drawn.Pick([2, 101, 3000, 10_001])))}]",
        4 => drawn.Pick(["", "-"]) + drawn.Random.NextInt64().ToString(CultureInfo.InvariantCulture)
            + drawn.Pick(["", ".5", "e3", "e99"]),
        _ => drawn.Pick(Fixed),
    };
}
