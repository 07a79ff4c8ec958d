using System.Net;
using Npgsql;

namespace ReelBallers.Benchmarks;

/// <summary>What idle event streams cost: reads of the database and memory of the service.</summary>
public static class JobsStreams
{
    public static readonly string[] Names = ["jobs.streams.reads", "jobs.streams.memory"];

    private const int Streams = 5_000;
    private const int Replicas = 2;
    private const int MaxMegabytes = 150;
    private const double Megabyte = 1024 * 1024;

    // Several heartbeats of each stream.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        await using var clouds = await JobsClouds.StartAsync(cancellationToken);
        var database = await server.CreateDatabaseAsync("streams", cancellationToken);
        var jobs = new List<ServiceProcess>();
        try
        {
            for (var i = 0; i < Replicas; i++)
            {
                jobs.Add(await ServiceProcess.StartAsync("Jobs", JobsSettings.For(database, clouds), cancellationToken));
            }
            await using var dataSource = NpgsqlDataSource.Create(database);
            await MeasureAsync(report, jobs, new JobsTable(dataSource), cancellationToken);
        }
        finally
        {
            jobs.ForEach(job => job.Dispose());
        }
    }

    private static async Task MeasureAsync(
        Report report, List<ServiceProcess> jobs, JobsTable table, CancellationToken cancellationToken)
    {
        var rows = await table.InsertIdleAsync(Streams, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
        var without = await DeltaAsync(table, cancellationToken);
        var memoryBefore = jobs.Select(job => job.ResidentBytes ?? 0).ToList();

        using var clients = new Clients();
        var streams = new List<OpenStream>();
        foreach (var batch in rows.Select((row, index) => (row, index)).Chunk(40))
        {
            streams.AddRange(await Task.WhenAll(batch.Select(
                one => OpenStream.OpenAsync(clients.ClientOf(jobs[one.index % Replicas]), one.row, cancellationToken))));
        }
        Console.Error.WriteLine(FormattableString.Invariant($"{Names[0]}: {streams.Count:N0} streams are open"));
        await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
        var commentsBefore = streams.Sum(stream => stream.Comments);
        var with = await DeltaAsync(table, cancellationToken);
        var comments = streams.Sum(stream => stream.Comments) - commentsBefore;
        if (comments < Streams || streams.Exists(stream => stream.HasEnded))
        {
            throw new BenchmarkException($"Streams have ended or are silent: {comments} comments of {Streams} streams.");
        }
        var memory = jobs.Select(job => job.ResidentBytes ?? 0).ToList();
        report.AddValue(Names[0], with.Reads, "reads", "limit", 1, FormattableString.Invariant(
            $"{Streams:N0} idle streams on {Replicas} replicas, index and table scans of jobs in {Idle.TotalSeconds:0} s; ")
            + FormattableString.Invariant(
                $"without streams {without.Reads}; all transactions, which are those of the loops: {without.Transactions:N0} without, ")
            + FormattableString.Invariant($"{with.Transactions:N0} with; {comments:N0} heartbeats were received"));
        report.AddValue(Names[1], (memory.Sum() - memoryBefore.Sum()) / Megabyte, "MB", "limit", MaxMegabytes,
            $"more resident memory of both replicas with the streams than without: {Text(memory)}, before {Text(memoryBefore)}");
    }

    private static string Text(IEnumerable<long> bytes) =>
        string.Join(" and ", bytes.Select(one => FormattableString.Invariant($"{one / Megabyte:0} MB")));

    private static async Task<(long Reads, long Transactions)> DeltaAsync(JobsTable table, CancellationToken cancellationToken)
    {
        var before = await table.CountAsync(cancellationToken);
        await Task.Delay(Idle, cancellationToken);
        // PostgreSQL's processes report what they have counted after a second at the latest.
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        var after = await table.CountAsync(cancellationToken);
        return (after.Reads - before.Reads, after.Transactions - before.Transactions);
    }

    /// <summary>One stream, read as it comes.</summary>
    private sealed class OpenStream
    {
        private long _comments;

        public long Comments => Volatile.Read(ref _comments);

        public bool HasEnded { get; private set; }

        public static async Task<OpenStream> OpenAsync(
            HttpClient client, (Guid JobId, Guid UserId) job, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/jobs/{job.JobId}/events")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Add(InternalHeaders.Credential, ServiceProcess.Credential);
            request.Headers.Add(InternalHeaders.UserId, job.UserId.ToString());
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new BenchmarkException($"A stream was answered with {(int)response.StatusCode}.");
            }
            var stream = new OpenStream();
            _ = stream.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
            return stream;
        }

        private async Task ReadAsync(Stream body, CancellationToken cancellationToken)
        {
            var buffer = new byte[256];
            try
            {
                while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
                {
                    if (buffer.AsSpan(0, count).StartsWith(": "u8))
                    {
                        Interlocked.Increment(ref _comments);
                    }
                }
                HasEnded = true;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                HasEnded = true;
            }
        }
    }

    /// <summary>A client for each replica; a connection carries a hundred streams.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly Dictionary<Uri, HttpClient> _clients = [];

        public HttpClient ClientOf(ServiceProcess service)
        {
            if (!_clients.TryGetValue(service.Address, out var client))
            {
                client = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false })
                {
                    BaseAddress = service.Address,
                    Timeout = Timeout.InfiniteTimeSpan,
                };
                _clients[service.Address] = client;
            }
            return client;
        }

        public void Dispose()
        {
            foreach (var client in _clients.Values)
            {
                client.Dispose();
            }
        }
    }
}
