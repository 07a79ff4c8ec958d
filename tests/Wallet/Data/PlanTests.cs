using System.Reflection;
using Npgsql;
using NpgsqlTypes;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// The plans of the ledger's statements on empty tables. An empty table is cheapest to scan, and the plan of a prepared
/// statement may not change when it grows.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private static readonly Guid User = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private TestDatabase _database = null!;
    private LedgerDataSource _dataSource = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using (await ServiceApp.StartAsync(
            "Wallet", new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = _database.ConnectionString }))
        {
        }
        await _database.ExecuteAsync("VACUUM ANALYZE");
        _dataSource = new LedgerDataSource(_database.ConnectionString, new LedgerPolicy());
    }

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task No_statement_of_the_writers_scans_a_table()
    {
        await using var connection = await _dataSource.Value.OpenConnectionAsync();
        var plans = new List<string>();
        foreach (var command in Statements(connection))
        {
            var plan = await PlanAsync(connection, command.CommandText, [.. command.Parameters.Select(TypeOf)]);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            plans.Add(plan);
        }

        // Each statement of LedgerSql was among them, and each table is reached by its key.
        Assert.Equal(StatementTexts().Order(), Statements(connection).Select(command => command.CommandText).Distinct().Order());
        string[] indexes =
        [
            "pk_accounts", "ux_transfers_user_id_idempotency_key", "pk_holds", "pk_payment_credits", "pk_freezes", "pk_lot_expiries",
            "pk_wallet_joins",
        ];
        Assert.All(indexes, index => Assert.Contains(plans, plan => plan.Contains(index, StringComparison.Ordinal)));
    }

    // The other connections may scan an empty table: this shows that there is an index for when it is not.
    [Theory]
    [InlineData(typeof(DueExpiries), "DueHolds", "int, timestamptz, uuid, text")]
    [InlineData(typeof(DueExpiries), "DueLots", "int, timestamptz, uuid, bigint")]
    [InlineData(typeof(DueExpiries), "LookLater", "uuid, bigint, timestamptz")]
    [InlineData(typeof(LotCheckpoints), "FindCheckpoints", "uuid[]")]
    [InlineData(typeof(LotCheckpoints), "SaveCheckpoint", "uuid, bigint, text, boolean")]
    [InlineData(typeof(TransferReader), "Query", "uuid, bigint")]
    [InlineData(typeof(TransferReader), "QueryForLots", "uuid, bigint")]
    [InlineData(typeof(LedgerAudit), "NextUser", "uuid, uuid")]
    [InlineData(typeof(LedgerAudit), "AccountOfUser", "uuid")]
    [InlineData(typeof(LedgerAudit), "HoldsOfUser", "uuid")]
    [InlineData(typeof(LedgerAudit), "PaymentsOfUser", "uuid")]
    [InlineData(typeof(LedgerAudit), "FreezesOfUser", "uuid")]
    [InlineData(typeof(LedgerAudit), "CheckpointOfUser", "uuid")]
    [InlineData(typeof(LedgerAudit), "JoinsOfUser", "uuid")]
    [InlineData(typeof(AuditMarks), "FindMark", "uuid, interval")]
    [InlineData(typeof(AuditMarks), "SaveMark", "uuid, bigint, uuid, text, boolean")]
    [InlineData(typeof(LedgerHistory), "FindLastBefore", "uuid, timestamptz")]
    [InlineData(typeof(LedgerHistory), "Sum", "uuid, bigint, bigint, text")]
    [InlineData(typeof(LedgerFigures), "ByDay", "timestamptz, timestamptz")]
    public async Task Every_other_statement_has_an_index(Type type, string name, string types)
    {
        var query = (string)type.GetField(name, BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!;
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using (var off = new NpgsqlCommand("SET enable_seqscan = off", connection))
        {
            await off.ExecuteNonQueryAsync();
        }

        var plan = await PlanAsync(connection, query, types.Split(", "));

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    // Everything that a batch can read and write.
    private static List<NpgsqlBatchCommand> Statements(NpgsqlConnection connection)
    {
        Command[] commands =
        [
            new PlaceHold(User, "key", "job", 1, null), new ClawBack(User, "key", "pi", 1, 0, null), new Freeze(User, "dp"),
        ];
        var batch = new LedgerBatch((context, _, now) => new Decision(
            new Outcome(OutcomeCode.Done), context.Account, [TestTransfer(now)],
            new Hold(User, "job", 1, HoldState.Open, 0, null, null), PaymentCredits.Empty(User, "pi"), new FreezeState(User, "dp", false),
            new LotExpiry(User, 1, commands.Length == 0 ? null : now),
            new JoinDecision(
                new WalletJoin(User, Guid.Empty, "key", User, 0, 0, 0, 0, 0, "test", null, now), context.Account, [], [], [])));
        _ = batch.Decide(new Submission(commands[..1]).Split(), DateTimeOffset.UnixEpoch);
        var removing = new LedgerBatch((context, _, _) => new Decision(
            new Outcome(OutcomeCode.NotDue), context.Account, [], LotExpiry: new LotExpiry(User, 1, null)));
        _ = removing.Decide(new Submission(commands[..1]).Split(), DateTimeOffset.UnixEpoch);
        return
        [
            .. new[]
            {
                LedgerSql.LockAndLoad(connection, commands, waitForLocks: true, out _),
                LedgerSql.LockAndLoad(connection, commands, waitForLocks: false, out _),
                LedgerSql.FindLocked(connection, [User]), LedgerSql.OpenAccounts(connection, [User]),
                LedgerSql.WriteAndCommit(connection, batch), LedgerSql.WriteAndCommit(connection, removing),
            }
            .SelectMany(sql => sql.BatchCommands.Cast<NpgsqlBatchCommand>())
            .Where(command => command.CommandText is not ("BEGIN" or "COMMIT" or "ROLLBACK")),
            new NpgsqlBatchCommand(LedgerSql.LoadJoins(connection, [User]).CommandText)
            {
                Parameters = { new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } },
            },
            new NpgsqlBatchCommand(LedgerSql.LoadFreezes(connection, User).CommandText)
            {
                Parameters = { new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid } },
            },
            new NpgsqlBatchCommand(LedgerSql.LoadPayments(connection, [User]).CommandText)
            {
                Parameters =
                {
                    new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                    new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text },
                },
            },
        ];
    }

    private static Transfer TestTransfer(DateTimeOffset now) => new(
        User, 1, AccountType.Stripe, AccountType.Wallet, 1, EntryReason.Topup, null, null, null, 1, now, "key", User, null, null, User);

    // The constants of LedgerSql that are whole statements.
    private static IEnumerable<string> StatementTexts() => typeof(LedgerSql)
        .GetFields(BindingFlags.NonPublic | BindingFlags.Static).Where(field => field.IsLiteral && field.Name != "CheckWritten")
        .Select(field => (string)field.GetRawConstantValue()!);

    private static string TypeOf(NpgsqlParameter parameter) => parameter.NpgsqlDbType switch
    {
        NpgsqlDbType.Array | NpgsqlDbType.Uuid => "uuid[]",
        NpgsqlDbType.Array | NpgsqlDbType.Text => "text[]",
        NpgsqlDbType.Array | NpgsqlDbType.Bigint => "bigint[]",
        NpgsqlDbType.Array | NpgsqlDbType.Smallint => "smallint[]",
        NpgsqlDbType.Array | NpgsqlDbType.Integer => "integer[]",
        NpgsqlDbType.Array | NpgsqlDbType.Boolean => "boolean[]",
        NpgsqlDbType.Array | NpgsqlDbType.TimestampTz => "timestamptz[]",
        var type => type.ToString(),
    };

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string query, string[] types)
    {
        var arguments = types.Length == 0 ? "" : $" ({string.Join(", ", types.Select(type => $"NULL::{type}"))})";
        var parameters = types.Length == 0 ? "" : $" ({string.Join(", ", types)})";
        await using var explain = new NpgsqlCommand(
            $"SET plan_cache_mode = force_generic_plan; PREPARE lookup{parameters} AS {query}; "
            + $"EXPLAIN EXECUTE lookup{arguments}; DEALLOCATE lookup", connection);
        await using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }
        return string.Join('\n', lines);
    }
}
