using System.Buffers;
using System.Text.RegularExpressions;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Looks for the secrets, tokens and signed links of a run in all its answers and log lines.</summary>
internal static partial class SecretScan
{
    private const int ShortestSecret = 8;

    /// <summary>Each finding says what was found where, without the secret itself; empty when all is clean.</summary>
    public static IReadOnlyList<string> Findings(IEnumerable<Secret> secrets, IReadOnlyCollection<RecordedAnswer> answers,
        IReadOnlyCollection<string> logLines)
    {
        var split = answers.Select(answer => (Answer: answer, Given: GivenOut.Split(answer))).ToList();
        var needles = new Needles([
            .. secrets,
            .. split.SelectMany(one => one.Given.Secrets.SelectMany(Parts)),
        ]);
        return
        [
            .. split.SelectMany(one => needles.In(one.Given.Remainder)
                .Select(name => $"{name} in the answer to {one.Answer.Method} {Path(one.Answer.Target)}")),
            .. logLines.SelectMany(line => needles.In(line).Concat(Shapes(line))
                .Select(name => $"{name} in the log line: {Redacted(line)}")),
        ];
    }

    /// <summary>A signed link is known by its signature: cut out of the link, that alone is what must not be seen.</summary>
    private static IEnumerable<Secret> Parts(Secret secret)
    {
        yield return secret;
        if (Signature().Match(secret.Value) is { Success: true } signature)
        {
            yield return new Secret($"the signature of {secret.Name}", signature.Groups[1].Value);
        }
    }

    // Links that no answer gave out: those for the worker.
    private static IEnumerable<string> Shapes(string line) =>
        Signature().IsMatch(line) ? ["a signed link"]
        : BearerToken().IsMatch(line) ? ["a bearer token"]
        : [];

    private static string Short(string target) => target.Length > 100 ? target[..100] + "…" : target;

    private static string Path(string target) => Redacted(target.Split('?')[0]);

    private static string Redacted(string line) => Short(LongWord().Replace(line, "…"));

    [GeneratedRegex("X-Amz-Signature=([0-9a-f]{16,})", RegexOptions.IgnoreCase)]
    private static partial Regex Signature();

    [GeneratedRegex("Bearer [A-Za-z0-9_.-]{20,}", RegexOptions.IgnoreCase)]
    private static partial Regex BearerToken();

    [GeneratedRegex("[A-Za-z0-9_-]{16,}")]
    private static partial Regex LongWord();

    private sealed class Needles
    {
        private readonly Dictionary<string, string> _names = [];
        private readonly SearchValues<string> _values;

        public Needles(IEnumerable<Secret> secrets)
        {
            foreach (var secret in secrets.Where(secret => secret.Value.Length >= ShortestSecret))
            {
                _names.TryAdd(secret.Value, secret.Name);
            }
            _values = SearchValues.Create([.. _names.Keys], StringComparison.Ordinal);
        }

        public IEnumerable<string> In(string text)
        {
            if (!text.AsSpan().ContainsAny(_values))
            {
                return [];
            }
            return _names.Where(needle => text.Contains(needle.Key, StringComparison.Ordinal)).Select(needle => needle.Value).Distinct();
        }
    }
}
