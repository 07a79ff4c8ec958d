using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The payments of all users in numbers, for operators.</summary>
internal sealed partial class PaymentsService
{
    public override async Task<V1.GetFiguresResponse> GetFigures(V1.GetFiguresRequest request, ServerCallContext context)
    {
        var range = DayRange.Read(request.FirstDay, request.LastDay)
            ?? throw Invalid($"first_day and last_day must be days as 2026-11-27, at most {DayRange.MaxDays}.");
        var days = await figures.GetDaysAsync(range, context.CancellationToken);
        var (events, commands, grants, parkedItems) = await figures.GetPendingAsync(context.CancellationToken);
        return new V1.GetFiguresResponse
        {
            Days =
            {
                days.Select(day => new V1.PaymentDay
                {
                    Day = DayRange.ToText(day.Day),
                    PaidCents = day.PaidCents,
                    RefundedCents = day.RefundedCents,
                    DisputedCents = day.DisputedCents,
                }),
            },
            PendingEvents = events,
            PendingWalletCommands = commands,
            PendingGrants = grants,
            ParkedItems = parkedItems,
        };
    }
}
