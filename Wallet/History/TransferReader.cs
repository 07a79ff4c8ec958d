using System.Runtime.CompilerServices;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>Reads the transfers of a wallet in order.</summary>
internal static class TransferReader
{
    private const string Query = """
        SELECT user_id, sequence, debit_account, credit_account, amount_cents, reason, job_id, stripe_payment_id, description,
            balance_after_cents, created_at, idempotency_key, request_hash, expires_at, lot_sequence, chain_hash
        FROM transfers WHERE user_id = $1 AND sequence > $2 ORDER BY sequence
        """;

    // A wallet may have millions: only what the lots depend on.
    private const string QueryForLots = """
        SELECT sequence, debit_account, credit_account, amount_cents, reason, created_at, lot_sequence,
            CASE WHEN 2 IN (debit_account, credit_account) THEN job_id END,
            CASE WHEN credit_account = 1 THEN stripe_payment_id END, expires_at
        FROM transfers WHERE user_id = $1 AND sequence > $2 ORDER BY sequence
        """;

    /// <summary>At most <paramref name="limit"/> transfers of the user with a sequence number above <paramref name="after"/>.</summary>
    public static async Task<List<Transfer>> ReadPageAsync(
        NpgsqlConnection connection, Guid userId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{Query} LIMIT $3", connection);
        Parameterize(command, userId, after);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<Transfer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(Read(reader));
        }
        return page;
    }

    /// <summary>
    /// All transfers of the user with a sequence number above <paramref name="after"/>, without what does not affect the lots:
    /// balances, descriptions, keys and hashes.
    /// </summary>
    public static async IAsyncEnumerable<Transfer> ReadForLotsAsync(
        NpgsqlConnection connection, Guid userId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(QueryForLots, connection);
        Parameterize(command, userId, after);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new Transfer(
                userId, reader.GetInt64(0), (AccountType)reader.GetInt16(1), (AccountType)reader.GetInt16(2), reader.GetInt64(3),
                (EntryReason)reader.GetInt16(4), Text(reader, 7), Text(reader, 8), null, 0, reader.GetFieldValue<DateTimeOffset>(5),
                null, null, reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
                reader.IsDBNull(6) ? null : reader.GetInt64(6), Guid.Empty);
        }
    }

    private static void Parameterize(NpgsqlCommand command, Guid userId, long after)
    {
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        // A wallet may have millions of transfers; the timeout restarts with each read from the network.
        command.CommandTimeout = 60;
    }

    private static Transfer Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), (AccountType)row.GetInt16(2), (AccountType)row.GetInt16(3), row.GetInt64(4),
        (EntryReason)row.GetInt16(5),
        Text(row, 6), Text(row, 7), Text(row, 8), row.GetInt64(9), row.GetFieldValue<DateTimeOffset>(10), Text(row, 11),
        row.IsDBNull(12) ? null : row.GetGuid(12), row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
        row.IsDBNull(14) ? null : row.GetInt64(14), row.GetGuid(15));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
