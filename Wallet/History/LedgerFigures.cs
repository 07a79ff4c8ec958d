using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The sums of all wallets of a database, for operators: by day, and as they stand.</summary>
internal sealed class LedgerFigures(NpgsqlDataSource dataSource)
{
    // The numbers are those of AccountType and EntryReason. Only a reinstatement is an adjustment with a payment.
    private const string ByDay = """
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day,
            coalesce(sum(amount_cents) FILTER (WHERE reason = 1), 0)::bigint,
            coalesce(sum(amount_cents) FILTER (WHERE reason = 4), 0)::bigint,
            coalesce(sum(CASE WHEN credit_account = 5 THEN -amount_cents ELSE amount_cents END)
                FILTER (WHERE reason = 6 AND stripe_payment_id IS NULL), 0)::bigint,
            coalesce(sum(CASE reason WHEN 5 THEN amount_cents ELSE -amount_cents END)
                FILTER (WHERE (reason = 5 AND credit_account IN (4, 5)) OR (reason = 6 AND stripe_payment_id IS NOT NULL)), 0)::bigint,
            coalesce(sum(amount_cents) FILTER (WHERE reason IN (2, 8) AND credit_account = 3), 0)::bigint,
            coalesce(sum(amount_cents) FILTER (WHERE reason = 7), 0)::bigint,
            coalesce(sum(amount_cents) FILTER (WHERE reason = 10), 0)::bigint,
            coalesce(sum(CASE 3 WHEN credit_account THEN amount_cents WHEN debit_account THEN -amount_cents ELSE 0 END), 0)::bigint
        FROM transfers
        WHERE created_at >= $1 AND created_at < $2
        GROUP BY day
        ORDER BY day
        """;

    private const string Now = """
        SELECT coalesce(sum(balance_cents), 0)::bigint, coalesce(sum(held_cents), 0)::bigint, coalesce(sum(receivable_cents), 0)::bigint
        FROM accounts
        """;

    /// <summary>The days with a transfer, ascending.</summary>
    public async Task<IReadOnlyList<LedgerDay>> GetDaysAsync(DayRange range, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ByDay);
        command.CommandTimeout = 30;
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = range.From });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = range.To });
        var days = new List<LedgerDay>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            days.Add(new LedgerDay(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8)));
        }
        return days;
    }

    /// <summary>What all wallets have available, hold and owe.</summary>
    public async Task<(long BalanceCents, long HeldCents, long ReceivableCents)> GetNowAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
