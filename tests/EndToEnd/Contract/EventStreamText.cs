namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The text of a server-sent event stream.</summary>
internal static class EventStreamText
{
    private const string DefaultEvent = "message";

    /// <summary>The fields of each event that is complete in what was read; comments are left out.</summary>
    public static IEnumerable<Dictionary<string, string>> Events(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n")[..^1].Select(Fields).Where(fields => fields.Count > 1);

    private static Dictionary<string, string> Fields(string block)
    {
        var fields = new Dictionary<string, string> { ["event"] = DefaultEvent };
        foreach (var line in block.Split('\n'))
        {
            var (name, value) = line.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0
                ? (line[..colon], line[(colon + 1)..])
                : (line, "");
            if (name.Length > 0)
            {
                value = value.StartsWith(' ') ? value[1..] : value;
                fields[name] = name == "data" && fields.TryGetValue(name, out var before) ? $"{before}\n{value}" : value;
            }
        }
        return fields;
    }
}
