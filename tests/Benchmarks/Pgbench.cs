using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The peer: PostgreSQL's load generator with the simplest correct debit: one row lock, one insert and one commit in one
/// round trip.
/// </summary>
public sealed class Pgbench
{
    private const int Clients = 32;
    private const int Threads = 2;

    // One statement, and so one round trip and one commit: pgbench's clients wait for nothing else.
    private const string Debit = """
        \set wallet random(1, :wallets)
        WITH debit AS (UPDATE wallet SET balance = balance - 1 WHERE id = :wallet AND balance >= 1 RETURNING id)
        INSERT INTO transfer (wallet_id, amount) SELECT id, 1 FROM debit;
        """;

    private readonly BenchmarkServer _server;
    private readonly string _program;
    private readonly string _connectionString;
    private long _done;

    private Pgbench(BenchmarkServer server, string program, string connectionString) =>
        (_server, _program, _connectionString) = (server, program, connectionString);

    public static async Task<Pgbench> PrepareAsync(BenchmarkServer server, CancellationToken cancellationToken)
    {
        var program = Find((await server.DescribeAsync(cancellationToken)).Programs)
            ?? throw new BenchmarkException(
                "pgbench, the peer of the wallet's benchmarks, is not installed. "
                + "It comes with PostgreSQL (Debian: apt-get install postgresql).");
        var connectionString = await server.CreateDatabaseAsync("peer", cancellationToken);
        await BenchmarkServer.ExecuteAsync(connectionString, $"""
            CREATE TABLE wallet (id integer PRIMARY KEY, balance bigint NOT NULL);
            CREATE TABLE transfer (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, wallet_id integer NOT NULL, amount bigint NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now());
            INSERT INTO wallet SELECT id, {WalletLoad.FundsCents} FROM generate_series(1, {WalletLoad.Wallets}) AS id;
            """, cancellationToken);
        await BenchmarkServer.ExecuteAsync(connectionString, "VACUUM ANALYZE", cancellationToken);
        return new Pgbench(server, program, connectionString);
    }

    /// <summary>Debits random wallets among the first <paramref name="wallets"/>.</summary>
    public async Task<Measurement> RunAsync(int wallets, int seconds, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-pgbench-");
        try
        {
            var script = Path.Combine(directory.FullName, "debit.sql");
            await File.WriteAllTextAsync(script, Debit, cancellationToken);
            var serverCpu = CpuClock.OfFamily(_server.Postgres.ProcessId);
            var clientCpu = CpuClock.OfEndedChildren;
            await StartAsync(script, directory.FullName, wallets, seconds, cancellationToken);
            clientCpu = CpuClock.OfEndedChildren - clientCpu;
            serverCpu = CpuClock.OfFamily(_server.Postgres.ProcessId) - serverCpu;
            var (latencies, elapsed) = await ReadLogAsync(directory.FullName, cancellationToken);
            _done += latencies.Count;
            return new Measurement(latencies.Count, elapsed, latencies, serverCpu, clientCpu);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Checks the peer's results.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var spent = await BenchmarkServer.ScalarAsync<long>(
            _connectionString, $"SELECT (count(*) * {WalletLoad.FundsCents} - sum(balance))::bigint FROM wallet", cancellationToken);
        var transfers = await BenchmarkServer.ScalarAsync<long>(_connectionString, "SELECT count(*) FROM transfer", cancellationToken);
        if (spent != _done || transfers != _done)
        {
            throw new BenchmarkException($"pgbench counts {_done} debits, its tables {transfers} transfers and {spent} cents spent.");
        }
    }

    private async Task StartAsync(string script, string directory, int wallets, int seconds, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(_connectionString);
        var start = new ProcessStartInfo(_program,
        [
            "--no-vacuum", "--protocol=prepared", $"--client={Clients}", $"--jobs={Threads}", $"--time={seconds}", "--log",
            $"--define=wallets={wallets}", $"--file={script}", $"--host={target.Host}", $"--port={target.Port}",
            $"--username={target.Username}",
            target.Database!,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        start.Environment["PGPASSWORD"] = target.Password;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new BenchmarkException($"pgbench failed: {await output} {await errors}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    // One line per transaction: client, number, microseconds, script, and the end in seconds and microseconds.
    private static async Task<(Latencies Latencies, double Seconds)> ReadLogAsync(string directory, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var (begin, end) = (long.MaxValue, 0L);
        foreach (var file in Directory.EnumerateFiles(directory, "pgbench_log.*"))
        {
            await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
            {
                var fields = line.Split(' ');
                long Field(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
                var ended = (Field(4) * 1_000_000) + Field(5);
                latencies.Add(TimeSpan.FromMicroseconds(Field(2)));
                (begin, end) = (Math.Min(begin, ended - Field(2)), Math.Max(end, ended));
            }
        }
        return (latencies, (end - begin) / 1e6);
    }

    private static string? Find(string besideServer) =>
        new[] { besideServer }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin")) : [])
            .Select(directory => Path.Combine(directory, "pgbench"))
            .FirstOrDefault(File.Exists);
}
