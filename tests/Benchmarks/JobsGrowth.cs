using System.Diagnostics;
using Npgsql;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The time from a job's being queued to its submission, with few jobs in the database and with many: ended, running, and waiting
/// for another endpoint.
/// </summary>
public static class JobsGrowth
{
    public static readonly string[] Names = ["jobs.growth"];

    private const int Ended = 40_000;
    private const int Running = 30_000;
    private const int Waiting = 30_000;
    private const int Rounds = 7;
    private const int WarmUpJobs = 200;
    private const int RoundJobs = 300;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        await using var clouds = await JobsClouds.StartAsync(cancellationToken);
        await using var small = await Side.OpenAsync(server, clouds, "small", (0, 0, 0), cancellationToken);
        await using var large = await Side.OpenAsync(server, clouds, "large", (Ended, Running, Waiting), cancellationToken);
        await small.RunAsync(WarmUpJobs, cancellationToken);
        await large.RunAsync(WarmUpJobs, cancellationToken);
        var (empty, full) = (new Series(), new Series());
        for (var round = 1; round <= Rounds; round++)
        {
            empty.Add(await small.RunAsync(RoundJobs, cancellationToken));
            full.Add(await large.RunAsync(RoundJobs, cancellationToken));
            var (p50Empty, p50Full) = (empty.Last.Latencies.Percentile(50), full.Last.Latencies.Percentile(50));
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{Names[0]} round {round}: p50 {p50Empty:0.00} ms and {p50Full:0.00} ms"));
        }
        report.AddP50(Names[0], full, "empty tables", empty, FormattableString.Invariant(
            $"from the insertion of a job to its submission, one job after another, {Rounds} rounds of {RoundJobs} in turns; ")
            + FormattableString.Invariant($"{Ended:N0} ended, {Running:N0} polled and {Waiting:N0} waiting jobs"));
    }

    private sealed class Side(ServiceProcess jobs, NpgsqlDataSource dataSource, JobsClouds clouds) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly JobsTable _table = new(dataSource);

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

        public async Task<Measurement> RunAsync(int count, CancellationToken cancellationToken)
        {
            var latencies = new Latencies();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                var jobId = Guid.CreateVersion7();
                var submission = clouds.SubmissionAsync(jobId);
                var queuedAt = Stopwatch.GetTimestamp();
                await _table.QueueAsync(jobId, Guid.NewGuid(), cancellationToken);
                latencies.Add(Stopwatch.GetElapsedTime(queuedAt, await submission.WaitAsync(Patience, cancellationToken)));
            }
            return new Measurement(count, Stopwatch.GetElapsedTime(start).TotalSeconds, latencies, ServerCpu: null, ClientCpu: null);
        }

        public async ValueTask DisposeAsync()
        {
            jobs.Dispose();
            await dataSource.DisposeAsync();
        }
    }
}
