using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Gateway;

/// <summary>
/// The users whose sessions were revoked together, shared among the replicas as <see cref="RevokedSessions"/> are. A session is older than
/// a revocation by the time in its id, which no renewal of its token changes.
/// </summary>
internal sealed class RevokedUsers(NpgsqlDataSource dataSource, DatabaseClock clock, TimeProvider time)
{
    private const int PageSize = 1000;

    private readonly ConcurrentDictionary<Guid, Revocation> _byUser = [];
    private DateTimeOffset _readUntil;

    /// <summary>Whether this session is revoked, as far as this replica knows.</summary>
    public bool Contains(Session session) =>
        _byUser.TryGetValue(session.UserId, out var revocation)
        && session.OpenedAt < revocation.OpenedBefore && session.Id != revocation.Kept;

    /// <summary>Whether sessions of this user were revoked together, as far as this replica knows.</summary>
    public bool Contains(Guid userId) => _byUser.ContainsKey(userId);

    /// <summary>Revokes the user's sessions until now, unless those from before the account are revoked already.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="since">From when on the user has an account, by the clock of Accounts.</param>
    /// <param name="kept">The session that goes on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RevokeBeforeAsync(Guid userId, DateTimeOffset since, Guid kept, CancellationToken cancellationToken)
    {
        if (!_byUser.TryGetValue(userId, out var known) || !known.Covers(since))
        {
            // Another replica may have done so a moment ago.
            await using var select = dataSource.CreateCommand(
                "select exists (select from revoked_users where user_id = $1 and (opened_before > $2 or account_since >= $2))");
            select.Parameters.Add(new() { Value = userId });
            select.Parameters.Add(new() { Value = since });
            if (await select.ExecuteScalarAsync(cancellationToken) is false)
            {
                await RevokeAsync(userId, kept, since, cancellationToken);
            }
        }
    }

    /// <summary>Revokes the user's sessions until now: here immediately, in the other replicas at their next poll.</summary>
    /// <exception cref="NpgsqlException">The database does not respond; nothing was changed.</exception>
    public Task RevokeAsync(Guid userId, CancellationToken cancellationToken) =>
        RevokeAsync(userId, kept: null, since: null, cancellationToken);

    private async Task RevokeAsync(Guid userId, Guid? kept, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // The id of a session has milliseconds: one that was opened in this one is included.
        var revocation = new Revocation(now.AddMilliseconds(1), kept, now + RevokedSessions.Keep, since);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(
                    """
                    insert into revoked_users (user_id, opened_before, kept_session_id, revoked_at, expires_at, account_since)
                    values ($1, $2, $3, now(), $4, $5)
                    on conflict (user_id) do update set opened_before = excluded.opened_before,
                        kept_session_id = excluded.kept_session_id, revoked_at = excluded.revoked_at, expires_at = excluded.expires_at,
                        account_since = coalesce(excluded.account_since, revoked_users.account_since)
                    """)
                {
                    Parameters =
                    {
                        new() { Value = userId },
                        new() { Value = revocation.OpenedBefore },
                        new() { Value = (object?)kept ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                        new() { Value = revocation.ExpiresAt },
                        new() { Value = (object?)since ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                    },
                },
                new NpgsqlBatchCommand("delete from sessions where user_id = $1 and session_id is distinct from $2")
                {
                    Parameters =
                    {
                        new() { Value = userId },
                        new() { Value = (object?)kept ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        Take(userId, revocation);
    }

    /// <summary>Reads all: at the start, and periodically in case the database's clock was set back.</summary>
    public Task ReadAllAsync(CancellationToken cancellationToken)
    {
        _readUntil = DateTimeOffset.UnixEpoch + RevokedSessions.Overlap;
        return ReadNewAsync(cancellationToken);
    }

    /// <summary>Reads the revocations since the last poll.</summary>
    public async Task ReadNewAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (revokedAt, userId) = (_readUntil - RevokedSessions.Overlap, Guid.Empty);
        int count;
        do
        {
            count = 0;
            await using var select = new NpgsqlCommand(
                """
                select revoked_at, user_id, opened_before, kept_session_id, expires_at, account_since from revoked_users
                where (revoked_at, user_id) > ($1, $2) order by revoked_at, user_id limit $3
                """, connection);
            select.Parameters.Add(new() { Value = revokedAt });
            select.Parameters.Add(new() { Value = userId });
            select.Parameters.Add(new() { Value = PageSize });
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                count++;
                (revokedAt, userId) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
                Take(userId, new Revocation(
                    reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetGuid(3),
                    reader.GetFieldValue<DateTimeOffset>(4), reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5)));
            }
            _readUntil = revokedAt > _readUntil ? revokedAt : _readUntil;
        }
        while (count == PageSize);
    }

    /// <summary>Removes the revocations of sessions whose last token has expired, from memory and from the database.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (userId, revocation) in _byUser)
        {
            if (revocation.ExpiresAt < now)
            {
                _byUser.TryRemove(new(userId, revocation));
            }
        }
        await ExpiredRows.DeleteAsync(dataSource, "revoked_users", "user_id", "expires_at", now, cancellationToken);
    }

    // A poll may read an older one than this replica has stored itself in the meantime.
    private void Take(Guid userId, Revocation revocation) => _byUser.AddOrUpdate(
        userId, revocation, (_, known) => known.OpenedBefore > revocation.OpenedBefore ? known : revocation);

    // The clock of Accounts may be ahead of the database's, by which sessions are revoked.
    private sealed record Revocation(DateTimeOffset OpenedBefore, Guid? Kept, DateTimeOffset ExpiresAt, DateTimeOffset? AccountSince)
    {
        public bool Covers(DateTimeOffset since) => OpenedBefore > since || AccountSince >= since;
    }
}
