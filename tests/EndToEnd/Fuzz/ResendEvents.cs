using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Resend's events about addresses that no test sends a mail to.</summary>
internal static class ResendEvents
{
    private static readonly string[] Types = ["email.bounced", "email.complained", "email.delivered", "email.sent", "contact.created"];

    public static JsonObject Create(FuzzCase sample) => new()
    {
        ["type"] = sample.Pick(Types),
        ["created_at"] = "2026-11-26T12:00:00Z",
        ["data"] = new JsonObject
        {
            ["email_id"] = Guid.NewGuid().ToString(),
            ["to"] = new JsonArray(string.Create(CultureInfo.InvariantCulture, $"bounced-{sample.Number}@example.com")),
            ["bounce"] = new JsonObject { ["type"] = sample.Pick(["Permanent", "Transient"]) },
        },
    };

    /// <summary>Signs the body, often as LocalCloud would.</summary>
    public static void Sign(FuzzCase made, byte[] body)
    {
        var (id, time) = ($"msg_{made.Number}", $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}");
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        var signature = $"v1,{Convert.ToBase64String(HMACSHA256.HashData("localcloud-resend-webhook"u8, signed))}";
        made.Request.Set("svix-id", id);
        made.Request.Set("svix-timestamp", made.Chance(0.05) ? made.Pick(["", "x", "-1", "99999999999999999999"]) : time);
        made.Request.Set(
            "svix-signature", made.Chance(0.1) ? made.Pick(["", "v1", "v1,", "v1,x", "v2," + signature, "\u00e9"]) : signature);
    }
}
