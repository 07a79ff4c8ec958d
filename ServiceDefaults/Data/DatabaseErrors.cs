using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>Distinguishes outages of PostgreSQL from bugs.</summary>
public static class DatabaseErrors
{
    private const string ReadOnly = "25006";

    /// <summary>
    /// Whether the server only reads, as one does that a failover has made a standby. Its connections are of no more use:
    /// clear their pool, so that the next one leads to the new primary.
    /// </summary>
    public static bool IsReadOnly(Exception exception) => exception is PostgresException { SqlState: ReadOnly };

    /// <summary>
    /// Whether the database could not be reached or the connection was lost: a retry may succeed. It is then unknown whether
    /// a transaction that was being committed was committed.
    /// </summary>
    public static bool IsOutage(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is PostgresException postgres)
            {
                // 57P01 to 57P03: shut down, crashed, starting up; 53300: too many connections; 25P03: the session was idle in its
                // transaction for too long, and has ended; 25006: a standby after a failover.
                return postgres.SqlState is "57P01" or "57P02" or "57P03" or "53300" or "25P03" or ReadOnly || postgres.IsTransient;
            }
            if (exception is NpgsqlException)
            {
                return true;
            }
        }
        return false;
    }
}
