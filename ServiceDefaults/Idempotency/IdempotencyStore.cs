using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.ServiceDefaults;

/// <summary>The result of claiming a key.</summary>
internal abstract record Claim
{
    /// <summary>This attempt has the lease and may run.</summary>
    internal sealed record Taken(Guid OperationId, DateTimeOffset LeasedUntil) : Claim
    {
        /// <summary>
        /// The ends that the lease may have in the database, by which it is known to be this attempt's: whether a renewal was stored is
        /// unknown when the connection is lost.
        /// </summary>
        public List<DateTimeOffset> Ends { get; } = [LeasedUntil];
    }

    /// <summary>Another attempt has the lease.</summary>
    internal sealed record InFlight : Claim;

    /// <summary>The key was used for a different request.</summary>
    internal sealed record Reused : Claim;

    /// <summary>There is a response already.</summary>
    internal sealed record Answered(Guid OperationId, StoredAnswer Answer) : Claim;
}

/// <summary>The first response to a request.</summary>
internal sealed record StoredAnswer(int Status, string? ContentType, string? Location, byte[] Body);

/// <summary>Reads and writes <c>idempotency_records</c> of the service's own database.</summary>
internal sealed class IdempotencyStore(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>
    /// How long a key stays taken after the process that runs its request was killed. A running request renews its lease.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>How often it does.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(3);

    /// <summary>Claims the key for an attempt.</summary>
    public async Task<Claim> ClaimAsync(Guid userId, string key, byte[] requestHash, CancellationToken cancellationToken)
    {
        // Truncated to PostgreSQL's precision, since the lease is identified by its end.
        var now = time.GetUtcNow().TruncateToMicroseconds();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using (var insert = new NpgsqlCommand(
            """
            insert into idempotency_records (user_id, key, request_hash, operation_id, leased_until, created_at)
            values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """, connection))
        {
            var operationId = Guid.CreateVersion7();
            AddValues(insert, userId, key, requestHash, operationId, now + Lease, now);
            if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
            {
                return new Claim.Taken(operationId, now + Lease);
            }
        }
        return await ClaimExistingAsync(connection, userId, key, requestHash, now, cancellationToken);
    }

    private static async Task<Claim> ClaimExistingAsync(
        NpgsqlConnection connection, Guid userId, string key, byte[] requestHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var select = new NpgsqlCommand(
            """
            select request_hash, status, content_type, location, body, operation_id
            from idempotency_records where user_id = $1 and key = $2
            """, connection))
        {
            AddValues(select, userId, key);
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                // Another attempt deleted it in the meantime; the next claim inserts it.
                return new Claim.InFlight();
            }
            if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(requestHash))
            {
                return new Claim.Reused();
            }
            if (!reader.IsDBNull(1))
            {
                return new Claim.Answered(reader.GetGuid(5), new StoredAnswer(
                    reader.GetInt32(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3),
                    reader.IsDBNull(4) ? [] : reader.GetFieldValue<byte[]>(4)));
            }
        }
        await using var take = new NpgsqlCommand(
            """
            update idempotency_records set leased_until = $3
            where user_id = $1 and key = $2 and status is null and leased_until <= $4
            returning operation_id
            """, connection);
        AddValues(take, userId, key, now + Lease, now);
        return await take.ExecuteScalarAsync(cancellationToken) is Guid operationId
            ? new Claim.Taken(operationId, now + Lease)
            : new Claim.InFlight();
    }

    /// <summary>Extends the lease of an attempt that still runs, unless another attempt has taken over.</summary>
    public Task RenewAsync(Guid userId, string key, Claim.Taken claim)
    {
        var until = time.GetUtcNow().TruncateToMicroseconds() + Lease;
        var renewal = ExecuteAsync(
            """
            update idempotency_records set leased_until = $4
            where user_id = $1 and key = $2 and leased_until = any($3) and status is null
            """,
            userId, key, claim, Value(until));
        claim.Ends.Add(until);
        return renewal;
    }

    /// <summary>Stores the first response, unless another attempt has taken over the lease.</summary>
    public Task KeepAsync(Guid userId, string key, Claim.Taken claim, StoredAnswer answer) => ExecuteAsync(
        """
        update idempotency_records set status = $4, content_type = $5, location = $6, body = $7
        where user_id = $1 and key = $2 and leased_until = any($3) and status is null
        """,
        userId, key, claim, Value(answer.Status), Text(answer.ContentType), Text(answer.Location), Value(answer.Body));

    /// <summary>Ends the lease of an attempt with an unknown outcome: a repeated request continues the same operation.</summary>
    public Task ReleaseAsync(Guid userId, string key, Claim.Taken claim) => ExecuteAsync(
        """
        update idempotency_records set leased_until = '-infinity'
        where user_id = $1 and key = $2 and leased_until = any($3) and status is null
        """,
        userId, key, claim);

    /// <summary>Deletes the record of a request that was rejected before it did anything: the key can be used again.</summary>
    public Task ForgetAsync(Guid userId, string key, Claim.Taken claim) => ExecuteAsync(
        "delete from idempotency_records where user_id = $1 and key = $2 and leased_until = any($3) and status is null",
        userId, key, claim);

    private async Task ExecuteAsync(string sql, Guid userId, string key, Claim.Taken claim, params NpgsqlParameter[] more)
    {
        // Not the request's token: the result is stored even if the client has disconnected.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        await using var command = dataSource.CreateCommand(sql);
        AddValues(command, userId, key, claim.Ends.ToArray());
        command.Parameters.AddRange(more);
        await command.ExecuteNonQueryAsync(timeout.Token);
    }

    private static void AddValues(NpgsqlCommand command, params object[] values) =>
        command.Parameters.AddRange(Array.ConvertAll(values, Value));

    private static NpgsqlParameter Value(object value) => new() { Value = value };

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
