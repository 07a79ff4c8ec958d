namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>What a client got: comparable with the OpenAPI document, wherever it came from.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">By name, in any case of letters.</param>
/// <param name="Body">As text.</param>
internal sealed record ApiAnswer(int Status, IReadOnlyDictionary<string, IReadOnlyList<string>> Headers, string Body)
{
    /// <summary>The media type without its parameters, in lower case; empty when there is none.</summary>
    public string MediaType => Headers.TryGetValue("Content-Type", out var values)
        ? values[0].Split(';')[0].Trim().ToLowerInvariant()
        : "";

    /// <summary>An answer of <see cref="HttpClient"/>, whose body was read before.</summary>
    public static ApiAnswer From(HttpResponseMessage answer, string body)
    {
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            headers[name] = [.. values];
        }
        return new ApiAnswer((int)answer.StatusCode, headers, body);
    }
}
