using Microsoft.AspNetCore.Http.HttpResults;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The REST API, for browsers through the Gateway.</summary>
internal static class WalletApi
{
    public static void MapWalletApi(this WebApplication app)
    {
        app.MapGet("/api/wallet", GetWalletAsync).Produces<WalletResponse>();
        var mine = app.MapGroup("/api").RequireCaller();
        mine.MapGet("/me", GetMeAsync);
        mine.MapGet("/wallet/ledger", GetStatementAsync).Produces<StatementResponse>();
        mine.MapHistory();
        mine.MapGet("/wallet/events", BalanceEventStream.StreamAsync).ReadsHeader("Last-Event-ID")
            .Produces<BalanceEventResponse>(contentType: "text/event-stream");
        mine.MapPost("/debit", DebitAsync).WithIdempotency().Produces<DebitResponse>();
    }

    private static async Task<Ok<MeResponse>> GetMeAsync(Caller caller, Shards shards, CancellationToken cancellationToken)
    {
        var account = await shards.Of(caller.UserId).Ledger.GetAccountAsync(caller.UserId, cancellationToken);
        return TypedResults.Ok(new MeResponse(caller.UserId, account.BalanceCents));
    }

    private static async Task<IResult> GetWalletAsync(
        HttpContext context, Shards shards, CancellationToken cancellationToken, string? at = null)
    {
        if (at is not null)
        {
            return await HistoryApi.GetPastBalanceAsync(at, context);
        }
        var balanceCents = context.GetCaller() is { } caller
            ? (await shards.Of(caller.UserId).Ledger.GetAccountAsync(caller.UserId, cancellationToken)).BalanceCents
            : 0;
        return TypedResults.Ok(new WalletResponse(balanceCents));
    }

    // Strings, so that errors are reported per field.
    private static async Task<IResult> GetStatementAsync(
        Caller caller, Shards shards, CancellationToken cancellationToken, string? limit = null, string? cursor = null)
    {
        var errors = new List<(string, string)>();
        var length = QueryValues.Limit(limit, Ledger.PageLengthDefault, Ledger.MaxPageLength, errors);
        StatementCursor? before = null;
        if (cursor is not null)
        {
            if (StatementCursor.TryParse(cursor, out var parsed))
            {
                before = parsed;
            }
            else
            {
                errors.Add(("cursor", "must be the next_cursor of the previous page"));
            }
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var page = await shards.Of(caller.UserId).Ledger.GetStatementAsync(caller.UserId, before, length, cancellationToken);
        return TypedResults.Ok(new StatementResponse([.. page.Entries.Select(transfer => transfer.ToResponse())], page.Next?.ToString()));
    }

    private static async Task<IResult> DebitAsync(
        DebitRequest request, Caller caller, Shards shards, HttpResponse response, CancellationToken cancellationToken)
    {
        if (request.Errors() is { Length: > 0 } errors)
        {
            return Problems.Validation(errors);
        }
        var (jobId, costCents) = (request.JobId!, request.CostCents!.Value);
        var debit = new Debit(caller.UserId, $"{Debit.PublicKey}{jobId}", jobId, costCents, null);
        var outcome = await shards.Of(caller.UserId).Ledger.ApplyAsync(debit, cancellationToken);
        if (outcome.Code != OutcomeCode.Done)
        {
            return outcome.ToProblem();
        }
        if (outcome.Replayed)
        {
            response.Headers[IdempotencyExtensions.ReplayedHeader] = "true";
        }
        return TypedResults.Ok(new DebitResponse(true, outcome.BalanceCents));
    }
}
