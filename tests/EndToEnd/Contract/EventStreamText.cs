namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The text of a server-sent event stream.</summary>
internal static class EventStreamText
{
    private const string EventField = "event:";
    private const string DataField = "data:";

    /// <summary>The events that are complete in what was read.</summary>
    public static IEnumerable<(string Name, string Data)> Events(string text)
    {
        var blocks = text.ReplaceLineEndings("\n").Split("\n\n");
        foreach (var block in blocks[..^1])
        {
            var lines = block.Split('\n');
            var data = lines.Where(line => line.StartsWith(DataField, StringComparison.Ordinal)).Select(line => line[DataField.Length..].Trim()).ToList();
            if (data.Count > 0)
            {
                var name = lines.LastOrDefault(line => line.StartsWith(EventField, StringComparison.Ordinal));
                yield return (name is null ? "message" : name[EventField.Length..].Trim(), string.Join('\n', data));
            }
        }
    }
}
