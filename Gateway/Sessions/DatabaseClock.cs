using Npgsql;

namespace ReelBallers.Gateway;

/// <summary>
/// The time of the database, which all replicas share: this machine's clock, corrected by what it differs. The times of sessions and of
/// the revocations that end older ones are compared, also when they come from different replicas. During an outage of the database the
/// last correction stays. <see cref="RevocationPoll"/> reads it.
/// </summary>
internal class DatabaseClock(NpgsqlDataSource dataSource, TimeProvider time)
{
    private long _aheadTicks;

    /// <summary>The time of the database, to the time that a statement takes.</summary>
    public DateTimeOffset GetUtcNow() => time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    /// <summary>Compares the clocks.</summary>
    public virtual async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var select = new NpgsqlCommand("select clock_timestamp()", connection);
        var before = time.GetUtcNow();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (after, there) = (time.GetUtcNow(), reader.GetFieldValue<DateTimeOffset>(0));
        // The database's clock was read somewhere between. A correction that agrees with that stays, so that times do not jump.
        if (after >= before)
        {
            Interlocked.Exchange(ref _aheadTicks, Math.Clamp(_aheadTicks, (there - after).Ticks, (there - before).Ticks));
        }
    }
}
