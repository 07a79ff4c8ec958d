namespace ReelBallers.Accounts;

/// <summary>When a service is asked what needs an operator. One replica asks at a time.</summary>
internal sealed class ConditionPoll
{
    /// <summary>The service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Counts the times that it was asked: an answer to an earlier question is not stored.</summary>
    public long Version { get; init; }

    /// <summary>When it is asked next.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Since when it does not say everything; null when it does.</summary>
    public DateTimeOffset? FailingSince { get; init; }
}
