using System.Net;

namespace ReelBallers.Benchmarks;

/// <summary>A job's way: accepted with a hold of its cost, submitted, and its change seen by the user.</summary>
public static class JobsFlow
{
    private const string Accept = "jobs.accept";
    private const string Dispatch = "jobs.dispatch_latency";
    private const string Event = "jobs.event_latency";
    private const int Connections = 32;
    private const int WarmUpJobs = 50;
    private const int RoundJobs = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly string[] Names = [Accept, Dispatch, Event];

    public static async Task RunAsync(
        IReadOnlyList<string> names, BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var server = await BenchmarkServer.StartAsync(cancellationToken);
        report.PostgresVersion = (await server.DescribeAsync(cancellationToken)).Version;
        await using var clouds = await JobsClouds.StartAsync(cancellationToken);
        using var wallet = await ServiceProcess.StartAsync(
            "Wallet",
            new Dictionary<string, string>
            {
                ["ConnectionStrings:walletdb"] = await server.CreateDatabaseAsync("wallet", cancellationToken),
            },
            cancellationToken);
        using var jobs = await ServiceProcess.StartAsync(
            "Jobs", JobsSettings.For(await server.CreateDatabaseAsync("jobs", cancellationToken), clouds, wallet), cancellationToken);
        var users = await JobsUsers.CreateAsync(wallet, cancellationToken);
        if (names.Contains(Dispatch) || names.Contains(Event))
        {
            using var one = new JobsFlowCaller(jobs, clouds, users, Patience);
            await LatenciesAsync(names, one, report, cancellationToken);
        }
        // Last, since it leaves many jobs behind.
        if (names.Contains(Accept))
        {
            await AcceptAsync(server, wallet, jobs, users, options, report, cancellationToken);
        }
    }

    private static async Task LatenciesAsync(
        IReadOnlyList<string> names, JobsFlowCaller caller, Report report, CancellationToken cancellationToken)
    {
        for (var i = 0; i < WarmUpJobs; i++)
        {
            await caller.RunJobAsync(cancellationToken);
        }
        caller.Take();
        var (accepted, submitted, answered, seen) = (new Series(), new Series(), new Series(), new Series());
        for (var round = 1; round <= BenchmarkOptions.Rounds; round++)
        {
            for (var i = 0; i < RoundJobs; i++)
            {
                await caller.RunJobAsync(cancellationToken);
            }
            var (acceptance, submission, callback, change) = caller.Take();
            accepted.Add(acceptance);
            submitted.Add(submission);
            answered.Add(callback);
            seen.Add(change);
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{Dispatch} round {round}: p50 {submission.Latencies.Percentile(50):0.00} ms, ")
                + FormattableString.Invariant($"{Event}: p50 {change.Latencies.Percentile(50):0.00} ms"));
        }
        var how = FormattableString.Invariant($"one job after another, {BenchmarkOptions.Rounds} rounds of {RoundJobs}");
        if (names.Contains(Dispatch))
        {
            report.AddP50(Dispatch, submitted, "accepting the job", accepted, $"from the answer of POST /api/jobs to RunPod; {how}");
        }
        if (names.Contains(Event))
        {
            report.AddP50(Event, seen, "answering the callback", answered,
                $"from RunPod's callback to the user's event, RunPod's status is read in between; {how}");
        }
    }

    private static async Task AcceptAsync(
        BenchmarkServer server, ServiceProcess wallet, ServiceProcess jobs, JobsUsers users, BenchmarkOptions options, Report report,
        CancellationToken cancellationToken)
    {
        using var toJobs = new HttpLoad(Connections, HttpVersion.Version20, jobs.Address, HttpStatusCode.Accepted);
        using var toWallet = new HttpLoad(Connections, HttpVersion.Version20, wallet.Address);
        TimeSpan? ServerCpu() => CpuClock.OfFamily(jobs.ProcessId) + CpuClock.OfFamily(wallet.ProcessId)
            + CpuClock.OfFamily(server.Postgres.ProcessId);
        var (ours, peers) = await HttpTurns.MeasureAsync(
            Accept, options, new HttpSide(toJobs, users.CreateJob, ServerCpu), new HttpSide(toWallet, users.Debit, ServerCpu),
            cancellationToken);
        report.AddRates(Accept, ours, "POST /api/debit", peers,
            $"{Connections} connections, one request at a time each; a job is two commits of Jobs and a hold, "
            + "and it is dispatched meanwhile");
    }
}
