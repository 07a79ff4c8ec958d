using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>
/// Queries over past transfers. Times are not indexed: a wallet's transfers are numbered without gaps and their times
/// never decrease, so a point in time is found by binary search over the primary key.
/// </summary>
internal sealed class LedgerHistory(NpgsqlDataSource dataSource, IDbContextFactory<WalletDbContext> databases)
{
    /// <summary>The number of transfers that an export reads at a time.</summary>
    public const int PageLength = 1000;

    // LIMIT prevents the planner from turning the lookup of each step into a join with a scan.
    internal const string FindLastBefore = """
        WITH RECURSIVE search (low, high) AS (
            SELECT 0::bigint, coalesce((SELECT last_sequence FROM accounts WHERE user_id = $1), 0)
            UNION ALL
            SELECT CASE WHEN look.is_before THEN middle ELSE low END, CASE WHEN look.is_before THEN high ELSE middle - 1 END
            FROM (SELECT low, high, (low + high + 1) / 2 AS middle FROM search WHERE low < high) AS step
            LEFT JOIN LATERAL (
                SELECT t.created_at < $2 AS is_before FROM transfers t
                WHERE t.user_id = $1 AND t.sequence = step.middle LIMIT 1) AS look ON true
        )
        SELECT found.low,
            coalesce((SELECT t.balance_after_cents FROM transfers t WHERE t.user_id = $1 AND t.sequence = found.low), 0)
        FROM search AS found WHERE found.low = found.high
        """;

    // 1 is AccountType.Wallet.
    private const string Sum = """
        SELECT date_trunc($4, created_at, 'UTC') AS period_start, reason,
            sum(CASE WHEN credit_account = 1 THEN amount_cents ELSE -amount_cents END)::bigint, count(*)
        FROM transfers
        WHERE user_id = $1 AND sequence BETWEEN $2 AND $3 AND (debit_account = 1 OR credit_account = 1)
        GROUP BY period_start, reason
        ORDER BY period_start, reason
        """;

    /// <summary>The balance at a time, including transfers at exactly that time.</summary>
    public async Task<long> GetBalanceAsync(Guid userId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // The ledger's times are whole microseconds, so this is everything before the next one.
        var next = at.AddTicks(TimeSpan.TicksPerMicrosecond - at.Ticks % TimeSpan.TicksPerMicrosecond);
        return (await FindLastBeforeAsync(userId, next, cancellationToken)).BalanceCents;
    }

    /// <summary>The balance right after a transfer; 0 when it does not exist.</summary>
    public async Task<long> GetBalanceAfterAsync(Guid userId, long sequence, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "SELECT balance_after_cents FROM transfers WHERE user_id = $1 AND sequence = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        return await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
    }

    /// <summary>Totals by period and reason, ascending; only transfers that changed the balance.</summary>
    public async Task<IReadOnlyList<PeriodTotal>> GetTotalsAsync(Guid userId, TotalsRange range, CancellationToken cancellationToken)
    {
        var span = await FindSpanAsync(userId, range.From, range.To, cancellationToken);
        await using var command = dataSource.CreateCommand(Sum);
        command.CommandTimeout = 30;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = span.First });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = span.Last });
        command.Parameters.Add(new NpgsqlParameter<string>
        {
            TypedValue = range.Period switch
            {
                Period.Day => "day",
                Period.Month => "month",
            },
        });
        var totals = new List<PeriodTotal>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            totals.Add(new PeriodTotal(
                reader.GetFieldValue<DateTimeOffset>(0), (EntryReason)reader.GetInt16(1), reader.GetInt64(2), reader.GetInt64(3)));
        }
        return totals;
    }

    /// <summary>
    /// The sequence numbers of the current transfers of a time range; later transfers are not included.
    /// </summary>
    /// <param name="userId">Whose wallet.</param>
    /// <param name="from">Inclusive; null for no limit.</param>
    /// <param name="to">Exclusive; null for no limit.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<SequenceSpan> FindSpanAsync(
        Guid userId, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        // Without an end everything counts, also what a replica with a fast clock wrote.
        var last = await FindLastBeforeAsync(userId, to ?? DateTimeOffset.MaxValue, cancellationToken);
        var before = from is { } start ? (await FindLastBeforeAsync(userId, start, cancellationToken)).Sequence : 0;
        return new SequenceSpan(before + 1, last.Sequence);
    }

    /// <summary>
    /// The entries of the statement with these sequence numbers, oldest first, in pages. No connection or snapshot is open
    /// between two pages, however slow the client is.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<Transfer>> ReadAsync(
        Guid userId, SequenceSpan span, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = span.First;
        while (next <= span.Last)
        {
            var page = await ReadPageAsync(userId, next, span.Last, cancellationToken);
            yield return page;
            if (page.Count < PageLength)
            {
                yield break;
            }
            next = page[^1].Sequence + 1;
        }
    }

    private async Task<IReadOnlyList<Transfer>> ReadPageAsync(Guid userId, long first, long last, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Transfers.AsNoTracking()
            .Where(transfer => transfer.UserId == userId && transfer.Sequence >= first && transfer.Sequence <= last)
            .Where(transfer => transfer.DebitAccount == AccountType.Wallet || transfer.CreditAccount == AccountType.Wallet)
            .OrderBy(transfer => transfer.Sequence)
            .Take(PageLength)
            .ToListAsync(cancellationToken);
    }

    private async Task<(long Sequence, long BalanceCents)> FindLastBeforeAsync(
        Guid userId, DateTimeOffset instant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(FindLastBefore);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = instant.RoundUpToMicrosecond().ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}

/// <summary>A range of sequence numbers; empty when the last is less than the first.</summary>
internal readonly record struct SequenceSpan(long First, long Last);
