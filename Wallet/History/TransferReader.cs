using System.Runtime.CompilerServices;
using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>Streams the transfers of a wallet in order.</summary>
internal static class TransferReader
{
    private const string Query = """
        SELECT user_id, sequence, debit_account, credit_account, amount_cents, reason, job_id, stripe_payment_id, description,
            balance_after_cents, created_at, idempotency_key, request_hash, expires_at, lot_sequence, chain_hash
        FROM transfers WHERE user_id = $1 AND sequence > $2 ORDER BY sequence
        """;

    /// <summary>All transfers of the user with a sequence number above <paramref name="after"/>.</summary>
    public static async IAsyncEnumerable<Transfer> ReadAsync(
        NpgsqlConnection connection, Guid userId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = userId }, new NpgsqlParameter<long> { TypedValue = after } },
            // A wallet may have millions; the timeout restarts with each read from the network.
            CommandTimeout = 60,
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader);
        }
    }

    private static Transfer Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), (AccountType)row.GetInt16(2), (AccountType)row.GetInt16(3), row.GetInt64(4),
        (EntryReason)row.GetInt16(5),
        Text(row, 6), Text(row, 7), Text(row, 8), row.GetInt64(9), row.GetFieldValue<DateTimeOffset>(10), Text(row, 11),
        row.IsDBNull(12) ? null : row.GetGuid(12), row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
        row.IsDBNull(14) ? null : row.GetInt64(14), row.GetGuid(15));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
