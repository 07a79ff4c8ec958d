using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>Distinguishes outages of PostgreSQL from bugs.</summary>
public static class DatabaseErrors
{
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
                // 57P01 to 57P03: shut down, crashed, starting up; 53300: too many connections.
                return postgres.SqlState is "57P01" or "57P02" or "57P03" or "53300" || postgres.IsTransient;
            }
            if (exception is NpgsqlException)
            {
                return true;
            }
        }
        return false;
    }
}
