using Microsoft.Extensions.Options;
using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>What the database knows about an endpoint.</summary>
/// <param name="OpenRuns">The runs that it has, or is about to have; null when they were not counted.</param>
/// <param name="IsPaused">Whether it takes no more runs for now.</param>
internal readonly record struct EndpointFacts(int? OpenRuns, bool IsPaused);

/// <summary>The jobs that wait for an endpoint, by lane, and what is known about the endpoints.</summary>
internal sealed record WaitingJobs(IReadOnlyList<Lane> Lanes, IReadOnlyDictionary<string, EndpointFacts> Endpoints);

/// <summary>
/// Leases the dispatches that wait for their turn. Each waiting job has a turn: one after the user's last waiting job, but not
/// before those that wait already. In the order of turns every user is served once before one is served twice, so that the jobs
/// of one user do not delay the first of another.
/// </summary>
internal sealed class TurnQueue(NpgsqlDataSource dataSource, IOptions<JobsOptions> options)
{
    // Beyond it an endpoint is full in any case.
    private const int MaxCounted = 100_000;

    // Of the candidates, some may be taken by another replica at the same moment.
    private const int CandidatesPerLease = 2;

    /// <summary>The lease of the next turns; a test explains it.</summary>
    public const string LeaseSql =
        $"""
        with candidates as materialized (
          select waiting.job_id, waiting.turn, waiting.due_at
          from unnest($3::text[], $4::int[]) as open(lane, free)
          cross join lateral (
            select next.*, row_number() over (order by turn, due_at) as place from (
              select job_id, turn, due_at from intents
              where intents.lane = open.lane and dead_since is null and due_at <= now()
                and (leased_until is null or leased_until <= now())
              order by turn, due_at limit $6) next) waiting
          where waiting.place <= open.free
          order by waiting.turn, waiting.due_at limit $6),
        picked as materialized (
          select intents.job_id from candidates join intents using (job_id)
          where intents.kind = 'dispatch' and intents.lane is not null and intents.dead_since is null
            and (intents.leased_until is null or intents.leased_until <= now())
          order by candidates.turn, candidates.due_at limit $5 for update of intents skip locked)
        update intents set lease_id = $1, leased_until = now() + $2
        from picked where intents.kind = 'dispatch' and intents.job_id = picked.job_id
        returning {IntentQueue.Columns}
        """;

    // Not from the table whether a job waits: with many runs to poll, its first rows are none that wait.
    /// <summary>What is known about the endpoints while jobs wait; a test explains it.</summary>
    public const string EndpointsSql =
        """
        select endpoint_id,
          case when $3 then (select count(*) from (
            select from runs where runs.endpoint_id = endpoint.endpoint_id and state in ('submitting', 'submitted', 'running')
            limit $2) open)::int end,
          exists (select from endpoint_pauses pause where pause.endpoint_id = endpoint.endpoint_id and pause.paused_until > now())
        from unnest($1::text[]) as endpoint(endpoint_id)
        where exists (select from waiting_lanes())
        """;

    /// <summary>What waits, and for what.</summary>
    /// <param name="endpointIds">All endpoints.</param>
    /// <param name="countRuns">Whether to count their runs.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    public async Task<WaitingJobs> ReadAsync(
        IReadOnlyList<string> endpointIds, bool countRuns, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new("select lane from waiting_lanes() as lane"));
        batch.BatchCommands.Add(new(EndpointsSql)
        {
            Parameters = { new() { Value = endpointIds.ToArray() }, new() { Value = MaxCounted }, new() { Value = countRuns } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var lanes = new List<Lane>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lanes.Add(Lane.Parse(reader.GetString(0)));
        }
        await reader.NextResultAsync(cancellationToken);
        var endpoints = new Dictionary<string, EndpointFacts>();
        while (await reader.ReadAsync(cancellationToken))
        {
            endpoints[reader.GetString(0)] = new EndpointFacts(reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetBoolean(2));
        }
        return new WaitingJobs(lanes, endpoints);
    }

    /// <summary>Leases the next turns.</summary>
    /// <param name="free">How many jobs of each lane can be submitted now.</param>
    /// <param name="limit">How many to lease at most.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    public async Task<IReadOnlyList<Lease>> LeaseAsync(
        IReadOnlyDictionary<Lane, int> free, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(LeaseSql);
        var leaseId = Guid.CreateVersion7();
        command.Parameters.Add(new() { Value = leaseId });
        command.Parameters.Add(new() { Value = options.Value.Lease });
        command.Parameters.Add(new() { Value = free.Keys.Select(lane => lane.ToString()).ToArray() });
        command.Parameters.Add(new() { Value = free.Values.ToArray() });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = limit * CandidatesPerLease });
        return await IntentQueue.ReadAsync(command, IntentKind.Dispatch, leaseId, cancellationToken);
    }

    /// <summary>Leases the jobs whose queue deadline has passed, whether or not an endpoint could take them.</summary>
    public async Task<IReadOnlyList<Lease>> LeaseOverdueAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            with picked as materialized (
              select job_id from intents
              where kind = 'dispatch' and lane is not null and dead_since is null and queued_at < now() - $3 and due_at <= now()
                and (leased_until is null or leased_until <= now())
              order by queued_at limit $4 for update skip locked)
            update intents set lease_id = $1, leased_until = now() + $2
            from picked where intents.kind = 'dispatch' and intents.job_id = picked.job_id
            returning {IntentQueue.Columns}
            """);
        var leaseId = Guid.CreateVersion7();
        command.Parameters.Add(new() { Value = leaseId });
        command.Parameters.Add(new() { Value = options.Value.Lease });
        command.Parameters.Add(new() { Value = options.Value.QueueTimeout });
        command.Parameters.Add(new() { Value = limit });
        return await IntentQueue.ReadAsync(command, IntentKind.Dispatch, leaseId, cancellationToken);
    }
}
