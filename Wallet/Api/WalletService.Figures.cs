using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

// The sums of all wallets, over all databases.
internal sealed partial class WalletService
{
    public override async Task<V1.GetFiguresResponse> GetFigures(V1.GetFiguresRequest request, ServerCallContext context)
    {
        var range = DayRange.Read(request.FirstDay, request.LastDay)
            ?? throw RequestFields.Invalid("first_day, last_day", $"must be days as 2026-11-27, at most {DayRange.MaxDays}");
        var days = await Task.WhenAll(shards.All.Select(shard => shard.Figures.GetDaysAsync(range, context.CancellationToken)));
        var now = await Task.WhenAll(shards.All.Select(shard => shard.Figures.GetNowAsync(context.CancellationToken)));
        return new V1.GetFiguresResponse
        {
            Days =
            {
                days.SelectMany(all => all).GroupBy(day => day.Day, (_, same) => same.Aggregate((one, other) => one.Plus(other)))
                    .OrderBy(day => day.Day).Select(ToMessage),
            },
            BalanceCents = now.Sum(sums => sums.BalanceCents),
            HeldCents = now.Sum(sums => sums.HeldCents),
            ReceivableCents = now.Sum(sums => sums.ReceivableCents),
        };
    }

    private static V1.LedgerDay ToMessage(LedgerDay day) => new()
    {
        Day = DayRange.ToText(day.Day),
        TopupCents = day.TopupCents,
        BonusCents = day.BonusCents,
        AdjustedCents = day.AdjustedCents,
        ClawedBackCents = day.ClawedBackCents,
        SpentCents = day.SpentCents,
        ExpiredCents = day.ExpiredCents,
        ForfeitedCents = day.ForfeitedCents,
        EarnedCents = day.EarnedCents,
    };
}
