namespace ReelBallers.EndToEnd.Tests;

/// <summary>What must hold for every answer of the fuzz.</summary>
internal sealed class FuzzRules(IReadOnlyList<string> victimsSecrets)
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
        if (sent.AsksForOperation && sent.IsHttp && request == sent.Request && !sent.Operation.Statuses.Contains(answer.Status))
        {
            yield return $"status {answer.Status} is not documented";
        }
        var asked = request.Describe(sent.World.Host);
        foreach (var secret in victimsSecrets.Where(secret => Holds(answer, secret) && !IsSent(request, asked, secret)))
        {
            yield return $"tells of another user: {secret}";
        }
    }

    private static bool Holds(RawAnswer answer, string secret) =>
        answer.Body.Contains(secret, StringComparison.OrdinalIgnoreCase)
        || answer.Headers.Any(header => header.Value.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private static bool IsSent(RawRequest request, string asked, string secret) =>
        asked.Contains(secret, StringComparison.OrdinalIgnoreCase)
        || (request.Body is { } body && System.Text.Encoding.UTF8.GetString(body).Contains(secret, StringComparison.OrdinalIgnoreCase));
}
