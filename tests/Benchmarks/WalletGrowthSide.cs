namespace ReelBallers.Benchmarks;

/// <summary>One side of <see cref="WalletGrowth"/>: a database with a number of stored transfers.</summary>
internal sealed class WalletGrowthSide : IDisposable
{
    private const int FillCalls = 3;
    private const int FillLength = 2_000;

    private readonly BenchmarkServer _server;
    private readonly WalRecords _wal;
    private readonly WalletLoad _load;
    private readonly string _name;
    private string _database;
    private ServiceProcess? _wallet;
    private WalUse _written = new(0, 0, 0);

    private WalletGrowthSide(BenchmarkServer server, WalRecords wal, string name, string database, ServiceProcess wallet, int wallets)
    {
        (_server, _wal, _name, _database, _wallet) = (server, wal, name, database, wallet);
        _load = new WalletLoad(server, wallets, wallet);
    }

    /// <summary>The measured rounds.</summary>
    public Series Rounds { get; } = new();

    /// <summary>How many transfers are stored now.</summary>
    public long Transfers => _load.Transfers;

    /// <summary>What a debit wrote to the write-ahead log.</summary>
    public string Written => _written.Each(Rounds.Operations);

    /// <summary>Funds the wallets in a new database and stores at least that many transfers.</summary>
    public static async Task<WalletGrowthSide> OpenAsync(
        BenchmarkServer server, WalRecords wal, string name, int wallets, long transfers, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync(name, cancellationToken);
        var side = new WalletGrowthSide(server, wal, name, database, await StartAsync(database, cancellationToken), wallets);
        await side._load.FundAsync(cancellationToken);
        var left = (transfers - side.Transfers + FillLength - 1) / FillLength;
        if (left > 0)
        {
            var filled = await side._load.DebitInBatchesAsync(
                FillCalls, FillLength, () => Interlocked.Decrement(ref left) >= 0, cancellationToken);
            Console.Error.WriteLine($"{WalletGrowth.Names[0]}: filled with {filled.Operations:N0} debits, {filled.Rate:N0}/s");
        }
        await BenchmarkServer.ExecuteAsync(database, "VACUUM ANALYZE", cancellationToken);
        return side;
    }

    /// <summary>Goes back to the transfers with which the side was opened, in a copy of its database.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        Stop();
        _database = await _server.CopyDatabaseAsync(_name, $"{_name}_copy", cancellationToken);
        _load.ForgetDebits();
    }

    /// <summary>Starts the service anew, warms it up and measures that many debits.</summary>
    public async Task RunAsync(int callers, int warmUpDebits, int debits, CancellationToken cancellationToken)
    {
        Stop();
        _wallet = await StartAsync(_database, cancellationToken);
        _load.Connect(_wallet);
        await DebitAsync(callers, warmUpDebits, cancellationToken);
        await BenchmarkServer.ExecuteAsync(_database, "CHECKPOINT", cancellationToken);
        var begin = await _wal.PositionAsync(cancellationToken);
        Rounds.Add(await DebitAsync(callers, debits, cancellationToken));
        _written += await _wal.SinceAsync(begin, cancellationToken);
    }

    /// <summary>Checks the books of the last round.</summary>
    public Task VerifyAsync(CancellationToken cancellationToken) => _load.VerifyAsync(_database, cancellationToken);

    public void Dispose()
    {
        _load.Dispose();
        Stop();
    }

    private void Stop()
    {
        _wallet?.Dispose();
        _wallet = null;
    }

    private static Task<ServiceProcess> StartAsync(string database, CancellationToken cancellationToken) => ServiceProcess.StartAsync(
        "Wallet", new Dictionary<string, string> { ["ConnectionStrings:walletdb"] = database }, cancellationToken);

    private Task<Measurement> DebitAsync(int callers, int count, CancellationToken cancellationToken) => _load.DebitAsync(
        callers, () => Random.Shared.Next(_load.Hot), () => Interlocked.Decrement(ref count) >= 0, cancellationToken);
}
