namespace ReelBallers.Jobs;

/// <summary>An intent leased to this replica; the other members are as in <see cref="Intent"/>.</summary>
internal sealed record Lease(
    Guid JobId, IntentKind Kind, Guid LeaseId, int Attempts, int Failures, int Faults, DateTimeOffset? WaitingSince,
    string? TraceParent);
