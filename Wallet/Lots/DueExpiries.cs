using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Wallet;

/// <summary>Expires holds and lots that are due. Replicas can do this at the same time.</summary>
internal sealed partial class DueExpiries(Ledger ledger, NpgsqlDataSource dataSource, TimeProvider time, ILogger<DueExpiries> logger)
{
    private const int PageLength = 500;

    private const string DueHolds = """
        SELECT user_id, job_id FROM holds WHERE state = 1 AND expires_at <= $1 ORDER BY expires_at LIMIT $2
        """;

    private const string DueLots = """
        SELECT user_id, sequence, due_at FROM lot_expiries
        WHERE due_at <= $1 AND (due_at, user_id, sequence) > ($3, $4, $5) ORDER BY due_at, user_id, sequence LIMIT $2
        """;

    /// <summary>Expires everything that is due.</summary>
    public async Task ExpireAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ExpireHoldsAsync(now, cancellationToken);
        await ExpireLotsAsync(now, cancellationToken);
    }

    private async Task ExpireHoldsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = new List<Command>();
            await using (var command = dataSource.CreateCommand(DueHolds))
            {
                command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageLength });
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    due.Add(new ExpireHold(reader.GetGuid(0), reader.GetString(1)));
                }
            }
            if (due.Count == 0)
            {
                return;
            }
            var outcomes = await ledger.ApplyAsync([.. due], null, cancellationToken);
            var expired = outcomes.Count(outcome => outcome.Code == OutcomeCode.Done);
            LogHolds(expired);
            if (expired == 0 || due.Count < PageLength)
            {
                return;
            }
        }
    }

    private async Task ExpireLotsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = new ExpireLot(Guid.Empty, 0, DateTimeOffset.UnixEpoch);
        while (true)
        {
            var due = await ReadDueLotsAsync(now, last, cancellationToken);
            foreach (var expire in due)
            {
                try
                {
                    var outcome = await ledger.ApplyAsync(expire, cancellationToken);
                    LogLot(expire.LotSequence, expire.UserId, outcome.Code);
                }
                catch (LedgerCorruptException exception)
                {
                    // The other lots must not wait for it. The audit reports what is wrong.
                    LogCorrupt(expire.UserId, exception.Message);
                }
            }
            if (due.Count < PageLength)
            {
                return;
            }
            last = due[^1];
        }
    }

    private async Task<List<ExpireLot>> ReadDueLotsAsync(DateTimeOffset now, ExpireLot last, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(DueLots);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageLength });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = last.DueAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = last.UserId, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last.LotSequence });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<ExpireLot>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(new ExpireLot(reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }
        return due;
    }

    [LoggerMessage(LogLevel.Information, "{Count} holds expired and were refunded")]
    private partial void LogHolds(int count);

    [LoggerMessage(LogLevel.Information, "Lot {Lot} of {UserId} was due to expire: {Outcome}")]
    private partial void LogLot(long lot, Guid userId, OutcomeCode outcome);

    [LoggerMessage(LogLevel.Error, "A lot of {UserId} cannot expire because the ledger is inconsistent: {Reason}")]
    private partial void LogCorrupt(Guid userId, string reason);
}
