using System.Collections.Concurrent;
using Npgsql;

namespace ReelBallers.Gateway;

/// <summary>
/// The revoked sessions: stored in the database and cached in the memory of each replica, so that no request waits for the
/// database. <see cref="RevocationPoll"/> reads and purges, one call at a time.
/// </summary>
internal sealed class RevokedSessions(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int PageSize = 1000;

    /// <summary>
    /// How far back a poll reads again: a row has the time at which its statement began and is visible after the commit; no statement
    /// takes longer than this.
    /// </summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a revocation, and what is known of a session, is kept: a replica that has not read the revocation yet may still renew a
    /// token.
    /// </summary>
    public static readonly TimeSpan Keep = SessionTokens.Lifetime + TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _expiryById = [];
    private DateTimeOffset _readUntil;

    /// <summary>Whether this session is revoked, as far as this replica knows.</summary>
    public bool Contains(Session session) => _expiryById.ContainsKey(session.Id);

    /// <summary>Revokes a session: here immediately, in the other replicas at their next poll.</summary>
    /// <exception cref="NpgsqlException">The database does not respond; nothing was changed.</exception>
    public async Task RevokeAsync(Session session, CancellationToken cancellationToken)
    {
        var expiresAt = time.GetUtcNow() + Keep;
        await using var insert = dataSource.CreateCommand(
            """
            insert into revoked_sessions (session_id, user_id, revoked_at, expires_at) values ($1, $2, now(), $3)
            on conflict (session_id) do nothing
            """);
        insert.Parameters.Add(new() { Value = session.Id });
        insert.Parameters.Add(new() { Value = session.UserId });
        insert.Parameters.Add(new() { Value = expiresAt });
        await insert.ExecuteNonQueryAsync(cancellationToken);
        _expiryById.TryAdd(session.Id, expiresAt);
    }

    /// <summary>Reads all: at the start, and periodically in case the database's clock was set back.</summary>
    public Task ReadAllAsync(CancellationToken cancellationToken)
    {
        _readUntil = DateTimeOffset.UnixEpoch + Overlap;
        return ReadNewAsync(cancellationToken);
    }

    /// <summary>Reads the revocations since the last poll.</summary>
    public async Task ReadNewAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (revokedAt, sessionId) = (_readUntil - Overlap, Guid.Empty);
        int count;
        do
        {
            count = 0;
            await using var select = new NpgsqlCommand(
                """
                select revoked_at, session_id, expires_at from revoked_sessions
                where (revoked_at, session_id) > ($1, $2) order by revoked_at, session_id limit $3
                """, connection);
            select.Parameters.Add(new() { Value = revokedAt });
            select.Parameters.Add(new() { Value = sessionId });
            select.Parameters.Add(new() { Value = PageSize });
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                count++;
                (revokedAt, sessionId) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
                _expiryById.TryAdd(sessionId, reader.GetFieldValue<DateTimeOffset>(2));
            }
            _readUntil = revokedAt > _readUntil ? revokedAt : _readUntil;
        }
        while (count == PageSize);
    }

    /// <summary>Removes the sessions whose last token has expired, from memory and from the database.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (id, expiresAt) in _expiryById)
        {
            if (expiresAt < now)
            {
                _expiryById.TryRemove(id, out _);
            }
        }
        await ExpiredRows.DeleteAsync(dataSource, "revoked_sessions", "session_id", "expires_at", now, cancellationToken);
    }
}
