namespace ReelBallers.Jobs;

/// <summary>What is open now.</summary>
/// <param name="Queued">Jobs that wait for a worker.</param>
/// <param name="Running">Jobs that a worker runs.</param>
/// <param name="DeadSteps">Steps that are not tried any more.</param>
internal sealed record JobBacklog(long Queued, long Running, long DeadSteps);
