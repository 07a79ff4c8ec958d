using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What an operation gives out on purpose: the only secrets that its own answer may hold, each once and at its place.</summary>
internal static partial class GivenOut
{
    private static readonly Uri Anywhere = new("http://gateway/");

    /// <summary>The values that this answer gives out, and the answer without them.</summary>
    public static (List<Secret> Secrets, string Remainder) Split(RecordedAnswer answer)
    {
        var secrets = new List<Secret>();
        var (head, body) = (answer.Head, answer.Body);
        foreach (var member in Members($"{answer.Method.ToLowerInvariant()} {Path(answer.Target)}"))
        {
            foreach (var value in Values(answer.Body, member))
            {
                body = WithoutFirst(body, value);
                secrets.Add(new Secret(member, JsonSerializer.Deserialize<string>(value)!));
            }
        }
        if (HeaderOf($"{answer.Method.ToLowerInvariant()} {Path(answer.Target)}")?.Match(answer.Head) is { Success: true } header)
        {
            head = WithoutFirst(head, header.Groups[1].Value);
            secrets.Add(new Secret("header", header.Groups[1].Value));
        }
        return (secrets, head + body);
    }

    private static string[] Members(string operation) => operation switch
    {
        "post /api/session" => ["token"],
        _ when SignsIn(operation) => ["token"],
        "post /api/topup" => ["checkout_url"],
        "post /api/admin/webhooks" => ["secret"],
        _ when RotatedSecret().IsMatch(operation) => ["secret"],
        "post /api/uploads" => ["upload_url", "part_urls"],
        _ when operation.StartsWith("get /api/uploads/", StringComparison.Ordinal) => ["part_urls"],
        _ when operation.StartsWith("get /api/download/", StringComparison.Ordinal) => ["url"],
        _ => [],
    };

    private static Regex? HeaderOf(string operation) => operation switch
    {
        "post /api/session" or "post /api/topup" or "post /api/auth/link" or "post /api/auth/providers/local/start"
            or "post /api/auth/passkey/options" => SessionCookie(),
        _ when SignsIn(operation) => SessionCookie(),
        _ when operation.StartsWith("get /api/download/", StringComparison.Ordinal) => Location(),
        _ => null,
    };

    private static bool SignsIn(string operation) =>
        operation is "post /api/auth/link/confirm" or "post /api/auth/providers/local/callback" or "post /api/auth/token"
            or "post /api/auth/passkey";

    /// <summary>The path that the router sees, in lower case.</summary>
    private static string Path(string target) =>
        Uri.TryCreate(Anywhere, target, out var uri) ? Uri.UnescapeDataString(uri.AbsolutePath).TrimEnd('/').ToLowerInvariant() : target;

    /// <summary>The raw JSON strings of a member that is a string, a list of strings or a list of objects with a <c>url</c>.</summary>
    private static IEnumerable<string> Values(string body, string member)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(body);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.String => [value.GetRawText()],
                    JsonValueKind.Array => [.. value.EnumerateArray()
                        .Select(one => one.ValueKind == JsonValueKind.Object && one.TryGetProperty("url", out var url) ? url : one)
                        .Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetRawText())],
                    _ => [],
                }
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string WithoutFirst(string text, string part)
    {
        var index = text.IndexOf(part, StringComparison.Ordinal);
        return index < 0 ? text : text.Remove(index, part.Length);
    }

    [GeneratedRegex("^Set-Cookie: uid=([^;\n]+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex SessionCookie();

    [GeneratedRegex("^post /api/admin/webhooks/[^/]+/rotate-secret$")]
    private static partial Regex RotatedSecret();

    [GeneratedRegex("^Location: ([^\n]+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Location();
}
