namespace LocalPostgres;

/// <summary>How to stop a server, as PostgreSQL names its shutdown modes.</summary>
public enum PostgresStop
{
    /// <summary>Ends the sessions, writes a checkpoint, and leaves.</summary>
    Fast,

    /// <summary>Leaves at once; the next start recovers from the log.</summary>
    Immediate,
}
