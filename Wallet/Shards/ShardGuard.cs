using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Ends the start when the configured databases are not those that the ledger's users were divided among: a user who is looked for in
/// another database than before would have an empty wallet. Each database stores its number, how many there are, and an id that all
/// databases of one ledger share. They are set once, while no database has a wallet.
/// </summary>
internal sealed class ShardGuard(Shards shards) : IHostedLifecycleService
{
    private const long LockKey = 0x4C65646753686172; // "LedgShar"
    private const int LockTimeoutSeconds = 60;
    private const string Find = "SELECT number, count, ledger_id FROM ledger_shard";
    private const string HasWallets = "SELECT EXISTS (SELECT FROM accounts)";
    private const string Save = "INSERT INTO ledger_shard (number, count, ledger_id) VALUES ($1, $2, $3)";

    private sealed record Stored(int Number, int Count, Guid LedgerId);

    /// <summary>After the migrations, which are registered before, and before anything is served.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // One replica at a time.
        await using var held = await new AdvisoryLock(shards.All[0].DataSource, LockKey).TakeAsync(LockTimeoutSeconds, cancellationToken);
        await CheckAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        Guid? ledgerId = null;
        var (unmarked, hasWallets) = (new List<Shard>(), false);
        foreach (var shard in shards.All)
        {
            var stored = await FindAsync(shard, cancellationToken);
            Check(shard.Id, stored, ledgerId);
            ledgerId ??= stored?.LedgerId;
            hasWallets |= await HasWalletsAsync(shard, cancellationToken);
            if (stored is null)
            {
                unmarked.Add(shard);
            }
        }
        if (unmarked.Count > 0 && hasWallets)
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:{unmarked[0].Id.ConnectionName} leads to a database that is not marked as one of this ledger, whose "
                + "users have wallets already. If it has replaced one that was lost, restore that from its backup: an empty one would "
                + "show its users empty wallets.");
        }
        ledgerId ??= Guid.NewGuid();
        foreach (var shard in unmarked)
        {
            await SaveAsync(shard, ledgerId.Value, cancellationToken);
        }
    }

    private static void Check(ShardId id, Stored? stored, Guid? ledgerId)
    {
        if (stored is null)
        {
            return;
        }
        if ((stored.Number, stored.Count) != (id.Number, id.Count))
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:{id.ConnectionName} leads to database {stored.Number} of a ledger with {stored.Count}, and it is "
                + $"configured as database {id.Number} of {id.Count}. Set Ledger:Shards to {stored.Count} and this database as "
                + $"ConnectionStrings:{ShardId.NameOf(stored.Number)}. The number of databases cannot change once there are wallets: no "
                + "wallet is moved (docs/scale.md).");
        }
        if (ledgerId is { } others && others != stored.LedgerId)
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:{id.ConnectionName} leads to a database of another ledger than ConnectionStrings:"
                + $"{ShardId.NameOf(0)} does. Set all of them to the databases of one ledger.");
        }
    }

    private static async Task<Stored?> FindAsync(Shard shard, CancellationToken cancellationToken)
    {
        await using var command = shard.DataSource.CreateCommand(Find);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Stored(reader.GetInt16(0), reader.GetInt16(1), reader.GetGuid(2))
            : null;
    }

    private static async Task<bool> HasWalletsAsync(Shard shard, CancellationToken cancellationToken)
    {
        await using var command = shard.DataSource.CreateCommand(HasWallets);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task SaveAsync(Shard shard, Guid ledgerId, CancellationToken cancellationToken)
    {
        await using var command = shard.DataSource.CreateCommand(Save);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)shard.Id.Number });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)shard.Id.Count });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = ledgerId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
