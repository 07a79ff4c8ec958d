namespace ReelBallers.Jobs;

/// <summary>An intent that this replica may work on for a while; the rest is as in <see cref="Intent"/>.</summary>
internal sealed record Lease(Guid JobId, IntentKind Kind, Guid LeaseId, int Attempts, int Failures, DateTimeOffset? WaitingSince);
