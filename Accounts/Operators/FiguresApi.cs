using Microsoft.EntityFrameworkCore;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using JobFigures = ReelBallers.Jobs.V1.GetFiguresResponse;
using LedgerFigures = ReelBallers.Wallet.V1.GetFiguresResponse;
using PaymentFigures = ReelBallers.Payments.V1.GetFiguresResponse;

namespace ReelBallers.Accounts;

/// <summary>The numbers of the whole app by day of UTC, of which each service computes its part.</summary>
internal static class FiguresApi
{
    private const long MicrodollarsPerCent = 10_000;

    public static void MapFigures(this RouteGroupBuilder operators) => operators.MapGet("/figures", GetAsync).Produces<FiguresResponse>();

    private static async Task<IResult> GetAsync(
        WalletService.WalletServiceClient wallet, PaymentsService.PaymentsServiceClient payments, JobsService.JobsServiceClient jobs,
        AccountsDbContext database, TimeProvider time, CancellationToken cancellationToken, string? from = null, string? to = null)
    {
        var errors = new List<(string, string)>();
        if (DayRange.Read(from, to, time.GetUtcNow(), errors) is not { } range)
        {
            return Problems.Validation([.. errors]);
        }
        var (first, last) = (DayRange.ToText(range.First), DayRange.ToText(range.Last));
        using var ledger = wallet.GetFiguresAsync(
            new Wallet.V1.GetFiguresRequest { FirstDay = first, LastDay = last }, cancellationToken: cancellationToken);
        using var money = payments.GetFiguresAsync(
            new Payments.V1.GetFiguresRequest { FirstDay = first, LastDay = last }, cancellationToken: cancellationToken);
        using var work = jobs.GetFiguresAsync(
            new Jobs.V1.GetFiguresRequest { FirstDay = first, LastDay = last }, cancellationToken: cancellationToken);
        await Task.WhenAll(ledger.ResponseAsync, money.ResponseAsync, work.ResponseAsync);
        var own = await WaitingAsync(database, cancellationToken);
        return TypedResults.Ok(ToResponse(range, await ledger, await money, await work, own));
    }

    private static async Task<Waiting> WaitingAsync(AccountsDbContext database, CancellationToken cancellationToken) => new(
        await database.Mails.LongCountAsync(mail => mail.SentAt == null && mail.FailedAt == null, cancellationToken),
        await database.AlertPosts.LongCountAsync(post => post.SentAt == null && post.FailedAt == null, cancellationToken),
        await database.WebhookDeliveries.LongCountAsync(row => row.DeliveredAt == null && row.FailedAt == null, cancellationToken),
        await database.WalletJoins.LongCountAsync(join => join.State == WalletJoinState.Pending, cancellationToken),
        await database.Approvals.LongCountAsync(approval => approval.State == ApprovalState.Pending, cancellationToken));

    private static FiguresResponse ToResponse(
        DayRange range, LedgerFigures ledger, PaymentFigures money, JobFigures work, Waiting own)
    {
        var ledgerDays = ledger.Days.ToDictionary(one => one.Day);
        var moneyDays = money.Days.ToDictionary(one => one.Day);
        var workDays = work.Days.ToDictionary(one => one.Day);
        return new FiguresResponse(
            range.First, range.Last,
            [
                .. range.Days.Select(day => ToDay(
                    day, ledgerDays.GetValueOrDefault(DayRange.ToText(day), new LedgerDay()),
                    moneyDays.GetValueOrDefault(DayRange.ToText(day), new PaymentDay()),
                    workDays.GetValueOrDefault(DayRange.ToText(day), new JobDay()))),
            ],
            new FiguresNowResponse(
                ledger.BalanceCents, ledger.HeldCents, ledger.ReceivableCents, work.Queued, work.Running, work.DeadSteps,
                money.PendingEvents, money.PendingWalletCommands, money.PendingGrants, money.ParkedItems, own.Mails, own.AlertPosts,
                own.Webhooks, own.Joins, own.Approvals));
    }

    private static FiguresDayResponse ToDay(DateOnly day, LedgerDay ledger, PaymentDay money, JobDay work) => new(
        day, money.PaidCents, money.RefundedCents, money.DisputedCents, ledger.TopupCents, ledger.BonusCents, ledger.AdjustedCents,
        ledger.ClawedBackCents, ledger.SpentCents, ledger.ExpiredCents, ledger.ForfeitedCents, ledger.EarnedCents,
        work.ProviderMicrodollars, ledger.EarnedCents * MicrodollarsPerCent - work.ProviderMicrodollars,
        work.Completed, work.Failed, work.Cancelled, work.TimedOut, FailureRate(work));

    // Who cancels a job has no failure.
    private static decimal? FailureRate(JobDay work)
    {
        var failures = work.Failed + work.TimedOut;
        return failures + work.Completed == 0 ? null : decimal.Round((decimal)failures / (failures + work.Completed), 4);
    }

    // Of the queues of Accounts.
    private sealed record Waiting(long Mails, long AlertPosts, long Webhooks, long Joins, long Approvals);
}
