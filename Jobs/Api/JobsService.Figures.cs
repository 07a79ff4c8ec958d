using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The jobs of all users in numbers, for operators.</summary>
internal sealed partial class JobsService
{
    public override async Task<GetFiguresResponse> GetFigures(GetFiguresRequest request, ServerCallContext context)
    {
        var range = DayRange.Read(request.FirstDay, request.LastDay)
            ?? throw Invalid($"first_day and last_day must be days as 2026-11-27, at most {DayRange.MaxDays}.");
        var days = await figures.GetDaysAsync(range, context.CancellationToken);
        var backlog = await figures.GetBacklogAsync(context.CancellationToken);
        return new GetFiguresResponse
        {
            Days =
            {
                days.Select(day => new V1.JobDay
                {
                    Day = DayRange.ToText(day.Day),
                    Completed = day.Completed,
                    Failed = day.Failed,
                    Cancelled = day.Cancelled,
                    TimedOut = day.TimedOut,
                    ProviderMicrodollars = day.ProviderMicrodollars,
                }),
            },
            Queued = backlog.Queued,
            Running = backlog.Running,
            DeadSteps = backlog.DeadSteps,
        };
    }
}
