using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What holds for every answer of the Gateway, whatever was asked.</summary>
internal static class ProblemRules
{
    private static readonly string[] Members = ["type", "title", "detail", "code", "trace_id", "error"];
    private static readonly string[] Forbidden = ["Server", "X-Powered-By", "x-user-id", "x-internal-credential"];

    /// <summary>What is wrong with the answer; empty when nothing is.</summary>
    public static IEnumerable<string> Violations(string method, string target, RawAnswer answer) =>
        Headers(target, answer).Concat(answer.Status >= 400 && method != "HEAD" ? Problem(answer) : []);

    /// <summary>Whether the target's path is one of the API's once its dot segments are resolved.</summary>
    public static bool IsApi(string target) =>
        target.StartsWith("/api/", StringComparison.Ordinal)
        && Uri.TryCreate($"http://gateway{target}", UriKind.Absolute, out var uri)
        && uri.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal);

    private static IEnumerable<string> Headers(string target, RawAnswer answer)
    {
        foreach (var name in Forbidden.Where(name => answer.Header(name) is not null))
        {
            yield return $"has a header {name}";
        }
        foreach (var cookie in answer.Values("Set-Cookie").Where(cookie => !cookie.StartsWith("uid=", StringComparison.Ordinal)))
        {
            yield return $"sets a cookie {cookie.Split('=')[0]}";
        }
        if (answer.Values("Set-Cookie").Length > 1)
        {
            yield return "sets the cookie twice";
        }
        foreach (var (name, part) in new[]
        {
            ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src"), ("Referrer-Policy", "no-referrer"),
        })
        {
            if (answer.Values(name) is not [var value] || !value.Contains(part, StringComparison.Ordinal))
            {
                yield return $"header {name} is '{answer.Header(name)}'";
            }
        }
        if (IsApi(target) && answer.Values("Cache-Control") is not ["no-store"])
        {
            yield return $"header Cache-Control is '{string.Join(" | ", answer.Values("Cache-Control"))}'";
        }
    }

    private static IEnumerable<string> Problem(RawAnswer answer)
    {
        if (answer.Header("Content-Type")?.Split(';')[0] != "application/problem+json")
        {
            return [$"no problem body but '{answer.Header("Content-Type")}'"];
        }
        if (answer.Json() is not { ValueKind: JsonValueKind.Object } problem)
        {
            return ["the problem body is no JSON object"];
        }
        var missing = Members.Where(member => !problem.TryGetProperty(member, out var value) || value.ValueKind != JsonValueKind.String
            || value.GetString() == "")
            .Select(member => $"the problem has no {member}");
        var status = problem.TryGetProperty("status", out var number) && number.ValueKind == JsonValueKind.Number
            && number.GetInt32() == answer.Status
            ? Array.Empty<string>()
            : ["the problem's status is another"];
        var twice = problem.EnumerateObject().GroupBy(member => member.Name).Where(same => same.Count() > 1)
            .Select(same => $"the problem has {same.Key} twice");
        return missing.Concat(status).Concat(twice);
    }
}
