using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Wallet;

/// <summary>
/// Expires holds and lots that are due by the database's clock, many per commit. What fails is tried again later and stops
/// nothing else.
/// </summary>
internal sealed partial class DueExpiries(Ledger ledger, NpgsqlDataSource dataSource, ILogger<DueExpiries> logger)
{
    /// <summary>The number of holds or lots that one commit expires; their wallets are locked meanwhile.</summary>
    public const int PageLength = 100;

    private const string DueHolds = """
        SELECT user_id, job_id, expires_at FROM holds
        WHERE state = 1 AND expires_at <= statement_timestamp() AND (expires_at, user_id, job_id) > ($2, $3, $4)
        ORDER BY expires_at, user_id, job_id LIMIT $1
        """;

    private const string DueLots = """
        SELECT user_id, sequence, due_at FROM lot_expiries
        WHERE due_at <= statement_timestamp() AND (due_at, user_id, sequence) > ($2, $3, $4)
        ORDER BY due_at, user_id, sequence LIMIT $1
        """;

    // A wallet whose books contradict each other needs an operator: looking at it every few seconds is of no use.
    private const string LookLater = """
        UPDATE lot_expiries SET due_at = statement_timestamp() + interval '1 hour' WHERE user_id = $1 AND sequence = $2 AND due_at = $3
        """;

    /// <summary>Expires everything that is due.</summary>
    public async Task ExpireAsync(CancellationToken cancellationToken)
    {
        await ExpireHoldsAsync(cancellationToken);
        await ExpireLotsAsync(cancellationToken);
    }

    private async Task ExpireHoldsAsync(CancellationToken cancellationToken)
    {
        var last = (At: DateTimeOffset.MinValue, UserId: Guid.Empty, JobId: "");
        while (true)
        {
            var due = await ReadAsync(DueHolds, last.At, last.UserId, Text(last.JobId),
                row => (At: row.GetFieldValue<DateTimeOffset>(2), UserId: row.GetGuid(0), JobId: row.GetString(1)), cancellationToken);
            if (due.Count == 0)
            {
                return;
            }
            var outcomes = await ledger.ApplyEachAsync(
                [.. due.Select(hold => new ExpireHold(hold.UserId, hold.JobId))], cancellationToken);
            LogHolds(outcomes.Count(outcome => outcome.Code == OutcomeCode.Done), due.Count);
            if (due.Count < PageLength || IsOutage(outcomes))
            {
                return;
            }
            last = due[^1];
        }
    }

    private async Task ExpireLotsAsync(CancellationToken cancellationToken)
    {
        var last = new ExpireLot(Guid.Empty, 0, DateTimeOffset.MinValue);
        while (true)
        {
            var due = await ReadAsync(DueLots, last.DueAt, last.UserId, Number(last.LotSequence),
                row => new ExpireLot(row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2)), cancellationToken);
            if (due.Count == 0)
            {
                return;
            }
            var outcomes = await ExpireAsync(due, cancellationToken);
            if (due.Count < PageLength || IsOutage(outcomes))
            {
                return;
            }
            last = due[^1];
        }
    }

    private static bool IsOutage(Outcome[] outcomes) =>
        Array.TrueForAll(outcomes, outcome => outcome.Code is OutcomeCode.DatabaseUnavailable or OutcomeCode.Overloaded);

    private async Task<Outcome[]> ExpireAsync(List<ExpireLot> due, CancellationToken cancellationToken)
    {
        var outcomes = await ledger.ApplyEachAsync([.. due], cancellationToken);
        foreach (var (expire, outcome) in due.Zip(outcomes))
        {
            LogLot(expire.LotSequence, expire.UserId, outcome.Code);
            if (outcome.Code == OutcomeCode.InternalError)
            {
                await using var later = dataSource.CreateCommand(LookLater);
                later.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = expire.UserId });
                later.Parameters.Add(Number(expire.LotSequence));
                later.Parameters.Add(Time(expire.DueAt));
                await later.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        return outcomes;
    }

    private async Task<List<T>> ReadAsync<T>(
        string query, DateTimeOffset dueAt, Guid userId, NpgsqlParameter id, Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(query);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageLength });
        command.Parameters.Add(Time(dueAt));
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(read(reader));
        }
        return due;
    }

    private static NpgsqlParameter Time(DateTimeOffset time) =>
        new NpgsqlParameter<DateTimeOffset> { TypedValue = time, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Number(long number) => new NpgsqlParameter<long> { TypedValue = number };

    private static NpgsqlParameter Text(string text) => new NpgsqlParameter<string> { TypedValue = text };

    [LoggerMessage(LogLevel.Information, "{Count} of {Due} due holds expired and were refunded")]
    private partial void LogHolds(int count, int due);

    [LoggerMessage(LogLevel.Information, "Lot {Lot} of {UserId} was due to expire: {Outcome}")]
    private partial void LogLot(long lot, Guid userId, OutcomeCode outcome);
}
