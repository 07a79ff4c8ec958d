using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>Settings of the sessions at the server, given when a connection is opened.</summary>
public static class SessionSettings
{
    // A client whose host has vanished sends no end of the connection: the server asks, and ends the session after half a minute.
    private static readonly string[] KeepAlive =
        ["tcp_keepalives_idle=15", "tcp_keepalives_interval=5", "tcp_keepalives_count=3", "tcp_user_timeout=30000"];

    /// <summary>
    /// Adds these settings, and TCP keepalive on both sides, to those that the connection string has. A space in a value is
    /// written as "\ ".
    /// </summary>
    public static NpgsqlConnectionStringBuilder WithSession(this NpgsqlConnectionStringBuilder connection, params string[] settings)
    {
        connection.TcpKeepAlive = true;
        connection.TcpKeepAliveTime = 15;
        connection.TcpKeepAliveInterval = 5;
        connection.Options = string.Join(
            ' ', [.. string.IsNullOrEmpty(connection.Options) ? (string[])[] : [connection.Options],
                .. KeepAlive.Concat(settings).Select(setting => $"-c {setting}")]);
        return connection;
    }
}
