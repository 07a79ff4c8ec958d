using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The REST API for past balances, totals and exports. Parameters are strings, so that errors are reported per field.</summary>
internal static class HistoryApi
{
    private const string NotATime = "must be an RFC 3339 time with an offset: 2026-11-01T00:00:00Z (write + as %2B)";

    public static void MapHistory(this RouteGroupBuilder mine)
    {
        mine.MapGet("/wallet/totals", GetTotalsAsync).Produces<TotalsResponse>();
        mine.MapGet("/wallet/ledger.csv", ExportAsync).Produces<string>(contentType: "text/csv");
    }

    /// <summary>For <c>GET /api/wallet?at=</c>, also for anonymous callers.</summary>
    public static async Task<IResult> GetPastBalanceAsync(string at, HttpContext context)
    {
        if (!TimeInput.TryParse(at, out var instant))
        {
            return Problems.Validation(("at", NotATime));
        }
        var shards = context.RequestServices.GetRequiredService<Shards>();
        var balanceCents = context.GetCaller() is { } caller
            ? (await shards.Of(caller.UserId).Balances.GetAsync(caller.UserId, instant, context.RequestAborted)).BalanceCents
            : 0;
        return TypedResults.Ok(new WalletResponse(balanceCents));
    }

    private static async Task<IResult> GetTotalsAsync(
        Caller caller, Shards shards, CancellationToken cancellationToken, string? from = null, string? to = null,
        string? period = null)
    {
        var errors = new List<(string, string)>();
        var start = Required("from", from, errors);
        var end = Required("to", to, errors);
        Period? step = period switch
        {
            null or "day" => Period.Day,
            "month" => Period.Month,
            _ => null,
        };
        if (step is null)
        {
            errors.Add(("period", "must be day or month"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var range = new TotalsRange(start, end, step!.Value);
        if (range.Error() is { } error)
        {
            return Problems.Validation(("to", error));
        }
        var totals = await shards.Of(caller.UserId).History.GetTotalsAsync(caller.UserId, range, cancellationToken);
        return TypedResults.Ok(new TotalsResponse([.. totals.Select(total =>
            new TotalResponse(total.PeriodStart, total.Reason.ToName(), total.ChangeCents, total.EntryCount))]));
    }

    private static async Task<IResult> ExportAsync(
        Caller caller, Shards shards, HttpContext context, string? from = null, string? to = null)
    {
        var errors = new List<(string, string)>();
        DateTimeOffset? start = from is null ? null : Required("from", from, errors);
        DateTimeOffset? end = to is null ? null : Required("to", to, errors);
        if (errors.Count == 0 && end <= start)
        {
            errors.Add(("to", "must be later than from"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        // Before the first byte of the response, so that an outage still gets an error response.
        var history = shards.Of(caller.UserId).History;
        var span = await history.FindSpanAsync(caller.UserId, start, end, context.RequestAborted);
        return Export(history.ReadAsync(caller.UserId, span, context.RequestAborted), context);
    }

    private static PushStreamHttpResult Export(IAsyncEnumerable<IReadOnlyList<Transfer>> pages, HttpContext context) => TypedResults.Stream(
        async body =>
        {
            var text = new StringBuilder(LedgerCsv.Header);
            await foreach (var page in pages.WithCancellation(context.RequestAborted))
            {
                foreach (var transfer in page)
                {
                    LedgerCsv.Append(text, transfer);
                }
                await SendAsync(text, body, context.RequestAborted);
            }
            await SendAsync(text, body, context.RequestAborted);
        },
        "text/csv; charset=utf-8", "ledger.csv");

    // Flushing waits for the client, so that the next page is read only when this one is sent.
    private static async Task SendAsync(StringBuilder text, Stream body, CancellationToken cancellationToken)
    {
        await body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
        await body.FlushAsync(cancellationToken);
        text.Clear();
    }

    private static DateTimeOffset Required(string field, string? text, List<(string, string)> errors)
    {
        if (text is null || !TimeInput.TryParse(text, out var instant))
        {
            errors.Add((field, NotATime));
            return default;
        }
        return instant;
    }
}
