namespace ReelBallers.Jobs;

/// <summary>The jobs that have ended on one day of UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="Completed">How many have completed.</param>
/// <param name="Failed">How many have failed.</param>
/// <param name="Cancelled">How many were cancelled.</param>
/// <param name="TimedOut">How many have timed out.</param>
/// <param name="ProviderMicrodollars">What RunPod charges for all their runs, as far as it is known.</param>
internal sealed record JobDay(DateOnly Day, long Completed, long Failed, long Cancelled, long TimedOut, long ProviderMicrodollars);
