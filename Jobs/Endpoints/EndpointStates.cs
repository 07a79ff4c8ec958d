using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>How an endpoint stands.</summary>
/// <param name="EndpointId">The endpoint.</param>
/// <param name="OpenRuns">Runs that were submitted and have not ended.</param>
/// <param name="Pause">The last pause, if there was any.</param>
/// <param name="IsPaused">Whether it lasts.</param>
/// <param name="IsSuspended">Whether this replica makes no calls to it for a moment.</param>
/// <param name="Health">What RunPod said last; null when it has not lately.</param>
internal sealed record EndpointState(
    string EndpointId, long OpenRuns, EndpointPause? Pause, bool IsPaused, bool IsSuspended, RunPodHealth? Health);

/// <summary>Reads how the endpoints stand, for operators.</summary>
internal sealed class EndpointStates(NpgsqlDataSource dataSource, RunPodEndpoints endpoints, RunPodCalls calls, EndpointHealth health)
{
    // By the index of open runs.
    private const string Sql =
        """
        select endpoint.endpoint_id,
          (select count(*) from runs where runs.endpoint_id = endpoint.endpoint_id and state in ('submitting', 'submitted', 'running')),
          coalesce(pause.paused_until > now(), false), pause.paused_at, pause.paused_until, pause.reason
        from unnest($1::text[]) with ordinality as endpoint(endpoint_id, place)
        left join endpoint_pauses pause on pause.endpoint_id = endpoint.endpoint_id
        order by endpoint.place
        """;

    /// <summary>Whether jobs are submitted to it.</summary>
    public bool Has(string endpointId) => endpoints.All.Contains(endpointId);

    /// <summary>All that jobs are submitted to.</summary>
    public async Task<IReadOnlyList<EndpointState>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = endpoints.All.ToArray() });
        var states = new List<EndpointState>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetString(0);
            var pause = reader.IsDBNull(3) ? null : new EndpointPause
            {
                EndpointId = id,
                PausedAt = reader.GetFieldValue<DateTimeOffset>(3),
                PausedUntil = reader.GetFieldValue<DateTimeOffset>(4),
                Reason = reader.GetString(5),
            };
            states.Add(new EndpointState(
                id, reader.GetInt64(1), pause, reader.GetBoolean(2), calls.IsSuspended(id), health.Read(id)));
        }
        return states;
    }
}
