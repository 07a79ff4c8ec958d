namespace ReelBallers.Accounts;

/// <summary>Who has to do something about a ticket. The numbers are stored.</summary>
internal enum TicketState : short
{
    /// <summary>The operators.</summary>
    Open = 0,

    /// <summary>The user, who may reply.</summary>
    Answered = 1,

    /// <summary>Neither; a further message of the user opens it again.</summary>
    Closed = 2,
}

/// <summary>A request for support: a conversation between a user and the operators.</summary>
internal sealed class Ticket
{
    /// <summary>How many messages a ticket may have.</summary>
    public const int MaxMessages = 100;

    /// <summary>The maximum length of <see cref="Subject"/>, in characters.</summary>
    public const int MaxSubjectLength = 200;

    public Guid TicketId { get; init; }

    /// <summary>In the order in which tickets were opened: the position in operators' pages.</summary>
    public long Number { get; init; }

    /// <summary>Who wrote it, perhaps without an account.</summary>
    public Guid UserId { get; init; }

    /// <summary>Where answers go: the address of the account, or the one that a user without an account has named.</summary>
    public required string Email { get; init; }

    /// <summary>
    /// Where it came from, when its writer has named <see cref="Email"/>: it counts in the limit, and is kept for a day. Null otherwise.
    /// </summary>
    public string? ClientAddress { get; init; }

    /// <summary>One line.</summary>
    public required string Subject { get; init; }

    public TicketState State { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the last message or change of state.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Oldest first.</summary>
    public List<TicketMessage> Messages { get; init; } = [];
}

/// <summary>A message of a ticket. It never changes.</summary>
internal sealed class TicketMessage
{
    /// <summary>The maximum length of <see cref="Text"/>, in characters.</summary>
    public const int MaxLength = 5000;

    /// <summary>Of an answer it is the id of the act, so that a repeated act adds none.</summary>
    public Guid MessageId { get; init; }

    public Guid TicketId { get; init; }

    /// <summary>The order of the messages of a ticket, which is locked when one is added.</summary>
    public long Number { get; init; }

    /// <summary>The operator; null for a message of the user.</summary>
    public Guid? OperatorId { get; init; }

    public required string Text { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal static class TicketStates
{
    private static readonly Dictionary<string, TicketState> ByText = Enum.GetValues<TicketState>().ToDictionary(state => state.ToText());

    /// <summary>The name in the API.</summary>
    public static string ToText(this TicketState state) => state switch
    {
        TicketState.Open => "open",
        TicketState.Answered => "answered",
        TicketState.Closed => "closed",
    };

    /// <summary>The state of this name; null when there is none.</summary>
    public static TicketState? Parse(string? text) => text is not null && ByText.TryGetValue(text, out var state) ? state : null;
}
