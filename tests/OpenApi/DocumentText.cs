using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>JSON for readers: what fits is one line, so that the document is a third as long.</summary>
internal static class DocumentText
{
    private const int Width = 120;
    private const int Indent = 2;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    public static string Of(JsonNode document) => Text(document, 0, 0) + "\n";

    private static string Text(JsonNode? node, int indent, int column)
    {
        var line = Line(node);
        if (node is not (JsonObject or JsonArray) || column + line.Length <= Width)
        {
            return line;
        }
        var (inner, outer) = (new string(' ', indent + Indent), new string(' ', indent));
        if (node is JsonArray array)
        {
            return $"[\n{inner}{string.Join($",\n{inner}", array.Select(item => Text(item, indent + Indent, indent + Indent)))}\n{outer}]";
        }
        var members = node.AsObject().Select(member => (Key: $"{Value(member.Key)}: ", member.Value)).Select(member =>
            member.Key + Text(member.Value, indent + Indent, indent + Indent + member.Key.Length));
        return $"{{\n{inner}{string.Join($",\n{inner}", members)}\n{outer}}}";
    }

    private static string Line(JsonNode? node) => node switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject members => $"{{ {string.Join(", ", members.Select(member => $"{Value(member.Key)}: {Line(member.Value)}"))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Line))}]",
        _ => node?.ToJsonString(Plain) ?? "null",
    };

    private static string Value(string text) => JsonSerializer.Serialize(text, Plain);
}
