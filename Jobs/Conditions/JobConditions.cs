using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>What needs an operator: the queries behind <see cref="ConditionsService"/>.</summary>
internal static class JobConditions
{
    /// <summary>A pause is told for at least as long, so that one between two looks is told too.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(5);

    public static void AddJobConditions(this IServiceCollection services)
    {
        services.AddValidatedOptions<JobAlertOptions>("JobAlerts");
        services.AddConditions<JobsDbContext>(ConditionKinds.DeadJobStep, (database, _) => database.Intents
            .Where(row => row.DeadSince != null).OrderByDescending(row => row.DeadSince)
            .Select(row => new OpenCondition(
                $"{row.JobId}:{row.Kind.ToText()}", $"Job {row.JobId}: {row.Kind.ToText()} is not tried any more. {row.LastError}",
                row.DeadSince!.Value)));
        services.AddConditions<JobsDbContext>(ConditionKinds.EndpointPaused, (database, now) => database.EndpointPauses
            .Where(row => row.PausedUntil > now || row.PausedAt > now - ShortestPause).OrderByDescending(row => row.PausedAt)
            .Select(row => new OpenCondition(
                $"{row.EndpointId}@{row.PausedAt.ToUnixTimeMilliseconds()}",
                $"Endpoint {row.EndpointId} is paused until {row.PausedUntil.UtcDateTime:d MMMM yyyy, HH:mm} UTC: {row.Reason}",
                row.PausedAt)));
        services.AddConditions<JobFailures>();
    }
}
