using System.Collections.Immutable;

namespace ReelBallers.Gateway;

/// <summary>A service's stream that is a part of a user's events.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Path">Of its stream.</param>
/// <param name="SourceEvent">The type of its events that are passed on; the others are left out.</param>
/// <param name="EventName">Their type in the merged stream.</param>
internal sealed record EventSource(string Service, string Path, string SourceEvent, string EventName)
{
    /// <summary>All, in the order of the parts of an event's id.</summary>
    public static readonly ImmutableArray<EventSource> All =
    [
        new("wallet", "/api/wallet/events", "balance", "wallet"),
        new("jobs", "/api/events", "job", "job"),
        new("payments", "/api/events", "topup", "topup"),
    ];
}

/// <summary>The id of an event in the merged stream: how far the client has come in each of the sources.</summary>
/// <param name="Parts">The last id of each source, null for none.</param>
internal sealed record UserEventId(ImmutableArray<string?> Parts)
{
    private const char Separator = '~';

    /// <summary>Of a client that has received nothing.</summary>
    public static readonly UserEventId None = new([.. EventSource.All.Select(_ => (string?)null)]);

    /// <summary>Reads <c>Last-Event-ID</c>; <see cref="None"/> when it is not one of ours.</summary>
    public static UserEventId Parse(string text) => text.Split(Separator) is { } parts && parts.Length == EventSource.All.Length
        ? new([.. parts.Select(part => part.Length == 0 ? null : part)])
        : None;

    /// <summary>After an event of a source.</summary>
    public UserEventId With(int source, string id) => new(Parts.SetItem(source, id));

    public override string ToString() => string.Join(Separator, Parts);
}
