namespace LocalPostgres;

/// <summary>What server to start, and on which data.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>Where the data lives; made when missing, and found again at the next start.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The password of the user <c>postgres</c>; without one, a random one is made and kept beside the data.</summary>
    public string? Password { get; init; }

    /// <summary>False turns fsync off: faster, and the data does not survive a crash of the machine. For tests.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// The directory of <c>postgres</c> and <c>initdb</c>, or <c>npm</c> for the package; the variable LOCAL_POSTGRES_BIN does the same.
    /// </summary>
    public string? BinDirectory { get; init; }

    /// <summary>Settings as in postgresql.conf, over those this library sets.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Told, a line each, what takes a while or is worth knowing (a download, a data directory that had to move).</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>Given each line that the server logs.</summary>
    public Action<string>? Log { get; init; }
}
