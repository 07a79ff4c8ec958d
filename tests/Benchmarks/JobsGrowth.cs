using System.Diagnostics;
using Npgsql;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The time from the commit of a queued job to its submission, with few jobs in the database and with many: ended, running, and waiting
/// for another endpoint.
/// </summary>
public static class JobsGrowth
{
    public static readonly string[] Names = ["jobs.growth"];

    private const int Ended = 40_000;
    private const int Running = 30_000;
    private const int Waiting = 30_000;
    private const int Rounds = 7;
    private const int WarmUpRounds = 1;
    private const int RoundJobs = 300;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        await using var clouds = await JobsClouds.StartAsync(cancellationToken);
        await using var small = await Side.OpenAsync(server, clouds, "small", (0, 0, 0), cancellationToken);
        await using var large = await Side.OpenAsync(server, clouds, "large", (Ended, Running, Waiting), cancellationToken);
        for (var warmUp = 0; warmUp < WarmUpRounds; warmUp++)
        {
            await RoundAsync(small, large, cancellationToken);
            small.Take();
            large.Take();
        }
        var (empty, full) = (new Series(), new Series());
        for (var round = 1; round <= Rounds; round++)
        {
            // In turns from job to job: the speed of a shared machine changes within a round.
            await RoundAsync(small, large, cancellationToken);
            empty.Add(small.Take());
            full.Add(large.Take());
            var (p50Empty, p50Full) = (empty.Last.Latencies.Percentile(50), full.Last.Latencies.Percentile(50));
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{Names[0]} round {round}: p50 {p50Empty:0.00} ms and {p50Full:0.00} ms"));
        }
        report.AddP50(Names[0], full, "empty tables", empty, FormattableString.Invariant(
            $"from the commit of a queued job to its submission, one job after another, ")
            + FormattableString.Invariant($"{Rounds} rounds of {RoundJobs} jobs on each side in turns; ")
            + FormattableString.Invariant($"{Ended:N0} ended, {Running:N0} polled and {Waiting:N0} waiting jobs"));
    }

    private static async Task RoundAsync(Side small, Side large, CancellationToken cancellationToken)
    {
        for (var i = 0; i < RoundJobs; i++)
        {
            await small.DispatchAsync(cancellationToken);
            await large.DispatchAsync(cancellationToken);
        }
    }

    private sealed class Side(ServiceProcess jobs, NpgsqlDataSource dataSource, JobsClouds clouds) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly JobsTable _table = new(dataSource);
        private Latencies _latencies = new();
        private TimeSpan _sum;

        public static async Task<Side> OpenAsync(
            BenchmarkServer server, JobsClouds clouds, string name, (int Ended, int Running, int Waiting) jobs,
            CancellationToken cancellationToken)
        {
            var database = await server.CreateDatabaseAsync(name, cancellationToken);
            // The start creates the tables.
            (await ServiceProcess.StartAsync("Jobs", JobsSettings.For(database, clouds), cancellationToken)).Dispose();
            var dataSource = NpgsqlDataSource.Create(database);
            await new JobsTable(dataSource).FillAsync(jobs.Ended, jobs.Running, jobs.Waiting, cancellationToken);
            return new Side(
                await ServiceProcess.StartAsync("Jobs", JobsSettings.For(database, clouds), cancellationToken), dataSource, clouds);
        }

        public async Task DispatchAsync(CancellationToken cancellationToken)
        {
            var jobId = Guid.CreateVersion7();
            var submission = clouds.SubmissionAsync(jobId);
            await _table.QueueAsync(jobId, Guid.NewGuid(), cancellationToken);
            var queuedAt = Stopwatch.GetTimestamp();
            var latency = Stopwatch.GetElapsedTime(queuedAt, (await submission.WaitAsync(Patience, cancellationToken)).Timestamp);
            _latencies.Add(latency);
            _sum += latency;
        }

        /// <summary>The jobs since the last call.</summary>
        public Measurement Take()
        {
            var taken = new Measurement(_latencies.Count, _sum.TotalSeconds, _latencies, ServerCpu: null, ClientCpu: null);
            (_latencies, _sum) = (new Latencies(), TimeSpan.Zero);
            return taken;
        }

        public async ValueTask DisposeAsync()
        {
            jobs.Dispose();
            await dataSource.DisposeAsync();
        }
    }
}
