namespace LocalPostgres;

/// <summary>A server that is ready to be started: the program, its data, and who runs it.</summary>
internal sealed record PreparedServer(PostgresBinaries Binaries, Cluster Cluster, ServiceUser? User, string Password)
{
    public string Program => Binaries.Postgres;

    /// <summary>Finds PostgreSQL, makes the data where there is none, and stops an older server that still runs on it.</summary>
    /// <exception cref="PostgresStartException">It cannot be started; the message says what to do next.</exception>
    public static async Task<PreparedServer> PrepareAsync(PostgresServerOptions options, CancellationToken cancellationToken)
    {
        var user = await ServiceUser.ForThisProcessAsync(cancellationToken);
        var place = await DataPlace.OpenAsync(options.DataDirectory, user, options.Progress, cancellationToken);
        var cluster = new Cluster(place, user);
        var binaries = await PostgresBinaries.FindAsync(options.BinDirectory, cluster.Major, user, options.Progress, cancellationToken);
        var password = await cluster.PrepareAsync(binaries, options, cancellationToken);
        return new PreparedServer(binaries, cluster, user, password);
    }

    /// <summary>
    /// The whole command for one who starts it without this library: as the right user, and interrupted (which is
    /// PostgreSQL's fast shutdown) when its parent is gone.
    /// </summary>
    public IReadOnlyList<string> Command(PostgresServerOptions options, int port)
    {
        IReadOnlyList<string> command = [Program, .. Arguments(options, port)];
        var setpriv = Tool.Find("setpriv");
        if (User is null)
        {
            return setpriv is null ? command : [setpriv, "--pdeathsig=INT", .. command];
        }
        return setpriv is null
            ? throw new PostgresStartException($"PostgreSQL runs as '{User.Name}' here, and that needs setpriv: install util-linux.")
            : [setpriv, $"--reuid={User.Name}", $"--regid={User.GroupId}", "--init-groups", "--pdeathsig=INT", .. command];
    }

    /// <summary>The arguments of the program: on 127.0.0.1 only, without sockets.</summary>
    public IReadOnlyList<string> Arguments(PostgresServerOptions options, int port)
    {
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = $"{port}",
            ["unix_socket_directories"] = "",
            ["max_connections"] = "200",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["log_line_prefix"] = "",
            ["log_checkpoints"] = "off",
            // Every session would compile anew what it executes a few times.
            ["jit"] = "off",
        };
        if (!options.Durable)
        {
            settings["fsync"] = "off";
            settings["full_page_writes"] = "off";
        }
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }
        return ["-D", Cluster.Directory, .. settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"])];
    }
}
