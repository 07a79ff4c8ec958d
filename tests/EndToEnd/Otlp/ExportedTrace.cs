namespace ReelBallers.EndToEnd.Tests.Otlp;

/// <summary>A span as a service of the stack exported it.</summary>
internal sealed record ExportedSpan(
    string Service, string Name, string Id, string ParentId, IReadOnlyList<string> LinkedTraces, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Whether it is a call to that server.</summary>
    public bool IsCallTo(Uri server) =>
        Tags.TryGetValue("url.full", out var url) && Uri.TryCreate(url, UriKind.Absolute, out var called) && called.Port == server.Port;
}

/// <summary>The spans of a trace that have been exported so far.</summary>
internal sealed class ExportedTrace(IReadOnlyList<ExportedSpan> spans)
{
    public IReadOnlyList<ExportedSpan> Spans => spans;

    /// <summary>
    /// Each process exports its spans a few seconds after they have ended. None is missing when only the Gateway's have a
    /// parent elsewhere: in the client.
    /// </summary>
    public bool IsConnected => spans.Count > 0 && spans.All(span => span.Service == "gateway" || ParentOf(span) is not null);

    public bool Has(string service, ExportedSpan above) => spans.Any(span => span.Service == service && IsBelow(span, above));

    public ExportedSpan? Find(string name) => spans.LastOrDefault(span => span.Name == name);

    public bool IsBelow(ExportedSpan span, ExportedSpan above)
    {
        for (var parent = ParentOf(span); parent is not null; parent = ParentOf(parent))
        {
            if (parent == above)
            {
                return true;
            }
        }
        return false;
    }

    public override string ToString() =>
        string.Concat(spans.Select(span => $"\n{span.Id} below {span.ParentId}: {span.Service} {span.Name}"));

    private ExportedSpan? ParentOf(ExportedSpan span) => spans.FirstOrDefault(known => known.Id == span.ParentId);
}
