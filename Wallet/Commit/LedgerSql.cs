using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Wallet;

/// <summary>
/// The SQL of the ledger. Rows and keys are passed as arrays, so that a batch of any size uses the same few statements.
/// Keys are looked up by a lateral subquery, since a join may be planned as a scan of the whole table. Where every command
/// has a row, the arrays are unnested in the select list: in FROM, PostgreSQL would materialize each of them.
/// </summary>
internal static partial class LedgerSql
{
    /// <summary>
    /// Begins a transaction, locks the wallets, looks up the keys and the other rows that the commands need, and reads the
    /// database's clock.
    /// </summary>
    /// <param name="connection">The writer's connection.</param>
    /// <param name="commands">The commands to decide.</param>
    /// <param name="waitForLocks">Whether to wait for locked wallets; if not, one more result is the users with a wallet.</param>
    /// <param name="others">How to load the results after the first two.</param>
    /// <param name="otherUsers">More wallets to lock.</param>
    /// <param name="otherKeys">More keys to look up.</param>
    public static NpgsqlBatch LockAndLoad(
        NpgsqlConnection connection, IReadOnlyList<Command> commands, bool waitForLocks,
        out List<Action<LedgerBatch, NpgsqlDataReader>> others, IReadOnlyCollection<Guid>? otherUsers = null,
        IReadOnlyCollection<(Guid UserId, string Key)>? otherKeys = null)
    {
        var users = Uuids(commands.Select(command => command.UserId).Concat(otherUsers ?? []).Distinct());
        var sqlBatch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("BEGIN"),
                new NpgsqlBatchCommand(waitForLocks ? Lock : LockFree) { Parameters = { users } },
                new NpgsqlBatchCommand(FindKeys)
                {
                    Parameters =
                    {
                        Uuids(commands.Select(command => command.UserId).Concat(otherKeys?.Select(key => key.UserId) ?? [])),
                        Texts(commands.Select(command => command.Key).Concat(otherKeys?.Select(key => key.Key) ?? [])),
                    },
                },
            },
        };
        others = [];
        Add(FindHolds, CommandNeeds.HoldOf, (batch, row) => batch.Load(ReadHold(row)), others);
        Add(FindPayments, CommandNeeds.PaymentOf, (batch, row) => batch.Load(ReadPayment(row)), others);
        Add(FindFreezes, CommandNeeds.FreezeOf, (batch, row) => batch.Load(ReadFreeze(row)), others);
        sqlBatch.BatchCommands.Add(new NpgsqlBatchCommand(ReadClock));
        if (!waitForLocks)
        {
            sqlBatch.BatchCommands.Add(new NpgsqlBatchCommand(FindAccounts) { Parameters = { users.Clone() } });
        }
        return sqlBatch;

        void Add(string query, Func<Command, string?> subject, Action<LedgerBatch, NpgsqlDataReader> load,
            List<Action<LedgerBatch, NpgsqlDataReader>> loads)
        {
            var about = commands.Where(command => subject(command) is not null).ToArray();
            if (about.Length > 0)
            {
                loads.Add(load);
                sqlBatch.BatchCommands.Add(new NpgsqlBatchCommand(query)
                {
                    Parameters = { Uuids(about.Select(command => command.UserId)), Texts(about.Select(subject)) },
                });
            }
        }
    }

    /// <summary>Selects the wallets that are not locked, then those that exist. Afterwards no lock is held.</summary>
    public static NpgsqlBatch FindLocked(NpgsqlConnection connection, Guid[] userIds) => new(connection)
    {
        BatchCommands =
        {
            new NpgsqlBatchCommand(FindFree) { Parameters = { Uuids(userIds) } },
            new NpgsqlBatchCommand(FindAccounts) { Parameters = { Uuids(userIds) } },
        },
    };

    /// <summary>Selects one payment of the users, or all.</summary>
    public static NpgsqlCommand LoadPayments(NpgsqlConnection connection, Guid[] userIds, string? stripePaymentId = null) =>
        new(FindPaymentsOfUsers, connection)
        {
            Parameters =
            {
                Uuids(userIds),
                new NpgsqlParameter { Value = (object?)stripePaymentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };

    /// <summary>Selects the joins that closed these wallets, and those of the wallets that they were joined into.</summary>
    public static NpgsqlCommand LoadJoins(NpgsqlConnection connection, IEnumerable<Guid> userIds) =>
        new(FindJoins, connection) { Parameters = { Uuids(userIds) } };

    /// <summary>Selects all freezes of a user.</summary>
    public static NpgsqlCommand LoadFreezes(NpgsqlConnection connection, Guid userId) =>
        new(FindFreezesOfUser, connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = userId } } };

    public static NpgsqlBatch OpenAccounts(NpgsqlConnection connection, IEnumerable<Guid> userIds) => new(connection)
    {
        BatchCommands =
        {
            new NpgsqlBatchCommand("ROLLBACK"),
            new NpgsqlBatchCommand(InsertAccounts) { Parameters = { Uuids(userIds) } },
        },
    };

    public static NpgsqlBatch WriteAndCommit(NpgsqlConnection connection, LedgerBatch batch)
    {
        var sqlBatch = new NpgsqlBatch(connection);
        // The last one for a lot counts.
        var lotExpiries = batch.LotExpiries.GroupBy(expiry => (expiry.UserId, expiry.Sequence)).Select(lot => lot.Last()).ToArray();
        Add(batch.Transfers, Insert);
        Add(batch.ChangedHolds, Upsert);
        Add(batch.ChangedPayments, Upsert);
        Add(batch.ChangedFreezes, Upsert);
        Add(batch.NewJoins, Insert);
        Add([.. lotExpiries.Where(expiry => expiry.DueAt is not null)], Upsert);
        Add([.. lotExpiries.Where(expiry => expiry.DueAt is null)], Delete);
        Add(batch.ChangedAccounts, Update);
        sqlBatch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        return sqlBatch;

        void Add<T>(IReadOnlyCollection<T> rows, Func<IReadOnlyCollection<T>, NpgsqlBatchCommand> write)
        {
            if (rows.Count > 0)
            {
                sqlBatch.BatchCommands.Add(write(rows));
            }
        }
    }
}
