using System.Collections.Concurrent;
using Npgsql;

namespace ReelBallers.Gateway;

/// <summary>
/// The revoked sessions: kept in the database, and held in the memory of each replica, so that no request waits for the database.
/// Reading and purging are <see cref="RevocationPoll"/>'s, one at a time.
/// </summary>
internal sealed class RevokedSessions(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int PageSize = 1000;

    // A row gets its time when its statement begins and is seen when that commits. No statement of ours takes longer than this.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    // A replica that has not heard of the revocation yet may still renew a token.
    private static readonly TimeSpan Keep = SessionTokens.Lifetime + TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _expiryById = [];
    private DateTimeOffset _readUntil;

    /// <summary>Whether this session is revoked, as far as is known here.</summary>
    public bool Contains(Session session) => _expiryById.ContainsKey(session.Id);

    /// <summary>Revokes a session: here at once, in the other replicas when they read next.</summary>
    /// <exception cref="NpgsqlException">The database does not answer; nothing has changed here.</exception>
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

    /// <summary>Reads all there are: at the start, and from time to time in case the database's clock was set back.</summary>
    public Task ReadAllAsync(CancellationToken cancellationToken)
    {
        _readUntil = DateTimeOffset.UnixEpoch + Overlap;
        return ReadNewAsync(cancellationToken);
    }

    /// <summary>Reads what was revoked since the last look.</summary>
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

    /// <summary>Removes, here and in the database, the sessions whose last token has expired.</summary>
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
        int deleted;
        do
        {
            await using var delete = dataSource.CreateCommand(
                """
                delete from revoked_sessions where session_id in
                  (select session_id from revoked_sessions where expires_at < $1 limit $2 for update skip locked)
                """);
            delete.Parameters.Add(new() { Value = now });
            delete.Parameters.Add(new() { Value = PageSize });
            deleted = await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        while (deleted == PageSize);
    }
}
