using System.Net;
using System.Text;
using System.Text.Json;

namespace ReelBallers.TestKit;

/// <summary>An answer as it came over the wire.</summary>
public sealed record RawAnswer(int Status, string Reason, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>The value of a header; null when it is not there, all of them when there are several.</summary>
    public string? Header(string name)
    {
        var values = Values(name);
        return values.Length == 0 ? null : string.Join(", ", values);
    }

    public string[] Values(string name) =>
        [.. Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    /// <summary>The code of the problem; null when the body is no problem.</summary>
    public string? Code => Json() is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty("code", out var code)
        ? code.GetString() : null;

    public bool IsEventStream => Header("Content-Type")?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>The body's JSON; null when it is none.</summary>
    public JsonElement? Json()
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Status line, headers and body.</summary>
    public string Text()
    {
        var text = new StringBuilder($"HTTP/1.1 {Status} {Reason}\n");
        foreach (var (name, value) in Headers)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }
        return text.Append('\n').Append(Body).ToString();
    }

    public HttpResponseMessage ToMessage()
    {
        var message = new HttpResponseMessage((HttpStatusCode)Status) { Content = new StringContent(Body) };
        message.Content.Headers.Clear();
        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
        return message;
    }
}
