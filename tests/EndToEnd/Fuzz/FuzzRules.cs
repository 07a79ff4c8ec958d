using System.Globalization;
using ReelBallers.EndToEnd.Tests.Contract;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What must hold for every answer of the fuzz.</summary>
internal sealed class FuzzRules(ApiDocument document, IReadOnlyList<string> victimsSecrets, IReadOnlyList<string> sessions)
{
    public IEnumerable<string> Violations(FuzzCase sent, RawRequest request, RawAnswer answer)
    {
        if (answer.Status >= 500 && !(answer.Status == 505 && request.Version != "HTTP/1.1"))
        {
            yield return $"status {answer.Status}";
        }
        foreach (var violation in ProblemRules.Violations(request.Method, request.Target, answer))
        {
            yield return violation;
        }
        foreach (var violation in Document(sent, request, answer))
        {
            yield return violation;
        }
        var asked = request.Describe(sent.World.Host);
        // Operators see the data of all users, and nobody sees a session.
        var secrets = sent.Role == FuzzRole.User ? victimsSecrets.Concat(sessions) : sessions;
        foreach (var secret in secrets.Where(secret => Holds(answer, secret) && !IsSent(request, asked, secret)))
        {
            yield return $"tells of another user: {secret}";
        }
    }

    private IReadOnlyList<string> Document(FuzzCase sent, RawRequest request, RawAnswer answer)
    {
        // No URI has a backslash, and no target a fragment: what such a path asks for is in doubt.
        if (!sent.IsHttp || !ProblemRules.IsApi(request.Target) || request.Target.IndexOfAny(['\\', '#']) >= 0)
        {
            return [];
        }
        // Its first bytes were the body that the request before it has announced, and the rest is no known method.
        if (request != sent.Request && answer.Status == 405 && AnnouncesMore(sent.Request))
        {
            return [];
        }
        using var message = answer.ToMessage();
        return document.Problems(new HttpMethod(request.Method), request.Target, message, answer.Body);
    }

    // Kestrel takes a length with a plus sign.
    private static bool AnnouncesMore(RawRequest request) =>
        request.Headers.Exists(header => header.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(
                header.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var length)
            && length > (request.Body?.Length ?? 0));

    private static bool Holds(RawAnswer answer, string secret) =>
        answer.Body.Contains(secret, StringComparison.OrdinalIgnoreCase)
        || answer.Headers.Any(header => header.Value.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private static bool IsSent(RawRequest request, string asked, string secret) =>
        asked.Contains(secret, StringComparison.OrdinalIgnoreCase)
        || (request.Body is { } body && System.Text.Encoding.UTF8.GetString(body).Contains(secret, StringComparison.OrdinalIgnoreCase));
}
