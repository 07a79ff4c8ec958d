using Npgsql;

namespace ReelBallers.Gateway;

/// <summary>
/// The sessions of users who have signed in: the table <c>sessions</c>. Anonymous sessions are opened without the database and are in no
/// table. Whether a session is valid does not depend on it: that is what <see cref="RevokedSessions"/> says.
/// </summary>
internal sealed class KnownSessions(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int MaxListed = 100;
    private const int MaxUserAgentLength = 200;

    /// <summary>Remembers a session.</summary>
    public async Task AddAsync(Session session, string? userAgent, CancellationToken cancellationToken)
    {
        await using var insert = dataSource.CreateCommand(
            "insert into sessions (session_id, user_id, user_agent, created_at, last_seen_at) values ($1, $2, $3, $4, $4)");
        insert.Parameters.Add(new() { Value = session.Id });
        insert.Parameters.Add(new() { Value = session.UserId });
        insert.Parameters.Add(new() { Value = Shorten(userAgent) });
        insert.Parameters.Add(new() { Value = session.OpenedAt });
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The user's sessions, those used last first.</summary>
    public async Task<IReadOnlyList<KnownSession>> ListAsync(Guid userId, CancellationToken cancellationToken, int limit = MaxListed)
    {
        await using var select = dataSource.CreateCommand(
            """
            select session_id, user_agent, created_at, last_seen_at from sessions
            where user_id = $1 order by last_seen_at desc, session_id limit $2
            """);
        select.Parameters.Add(new() { Value = userId });
        select.Parameters.Add(new() { Value = limit });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        var sessions = new List<KnownSession>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sessions.Add(new KnownSession
            {
                SessionId = reader.GetGuid(0),
                UserId = userId,
                UserAgent = reader.GetString(1),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(2),
                LastSeenAt = reader.GetFieldValue<DateTimeOffset>(3),
            });
        }
        return sessions;
    }

    /// <summary>Forgets a session of the user; false when the user has none with this id.</summary>
    public async Task<bool> RemoveAsync(Guid userId, Guid sessionId, CancellationToken cancellationToken)
    {
        await using var delete = dataSource.CreateCommand("delete from sessions where user_id = $1 and session_id = $2");
        delete.Parameters.Add(new() { Value = userId });
        delete.Parameters.Add(new() { Value = sessionId });
        return await delete.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Whether the user has a session with this id.</summary>
    public async Task<bool> ContainsAsync(Guid userId, Guid sessionId, CancellationToken cancellationToken)
    {
        await using var select = dataSource.CreateCommand("select exists (select from sessions where user_id = $1 and session_id = $2)");
        select.Parameters.Add(new() { Value = userId });
        select.Parameters.Add(new() { Value = sessionId });
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Notes that these sessions were used; those that are in no table stay so.</summary>
    public async Task SeenAsync(Guid[] sessionIds, CancellationToken cancellationToken)
    {
        await using var update = dataSource.CreateCommand(
            "update sessions set last_seen_at = greatest(last_seen_at, $1) where session_id = any($2)");
        update.Parameters.Add(new() { Value = time.GetUtcNow() });
        update.Parameters.Add(new() { Value = sessionIds });
        await update.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets the sessions whose last token has expired.</summary>
    public Task PurgeAsync(CancellationToken cancellationToken) => ExpiredRows.DeleteAsync(
        dataSource, "sessions", "session_id", "last_seen_at", time.GetUtcNow() - RevokedSessions.Keep, cancellationToken);

    /// <summary>What is kept of a user agent: not what PostgreSQL cannot store or a page should not show.</summary>
    public static string Shorten(string? userAgent)
    {
        var text = userAgent ?? "";
        return string.Concat(text.Take(MaxUserAgentLength).Where(character => character is >= ' ' and <= '~'));
    }
}
