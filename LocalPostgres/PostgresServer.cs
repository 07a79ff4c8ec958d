using System.Diagnostics;

namespace LocalPostgres;

/// <summary>A PostgreSQL server of this process, on 127.0.0.1 only; it does not outlive this process, not even a kill -9.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly PostgresServerOptions options;
    private readonly string password;

    private PostgresServer(Process process, PostgresServerOptions options, int port, string password)
    {
        this.process = process;
        this.options = options;
        this.password = password;
        Port = port;
        ProcessId = process.Id;
        Exited = WatchAsync();
    }

    /// <summary>For Npgsql, without a database.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Password={password}";

    /// <summary>The TCP port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Of the postmaster.</summary>
    public int ProcessId { get; }

    /// <summary>Completes with the exit code once the server has ended, whoever ended it.</summary>
    public Task<int> Exited { get; }

    /// <summary>
    /// Finds PostgreSQL, makes the data where there is none, and returns once the server takes connections.
    /// A server that an earlier, killed process left running on the same data is stopped first.
    /// </summary>
    /// <exception cref="PostgresStartException">It cannot be started; the message says what to do next.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresServerOptions options, CancellationToken cancellationToken = default)
    {
        var prepared = await PreparedServer.PrepareAsync(options, cancellationToken);
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var port = options.Port == 0 ? FreePort.Take() : options.Port;
            var log = new RecentLines(options.Log);
            var process = Launch(prepared, options, port, log);
            var server = new PostgresServer(process, options, port, prepared.Password);
            if (await server.IsUpAsync(prepared.Cluster, cancellationToken))
            {
                return server;
            }
            await server.StopAsync(PostgresStop.Immediate, CancellationToken.None);
            var text = log.ToString();
            var portTaken = text.Contains("could not bind", StringComparison.Ordinal);
            // The sessions of a server that was killed hold its memory until they notice.
            var oldSessions = text.Contains("pre-existing shared memory", StringComparison.Ordinal);
            if (patience.Elapsed > TimeSpan.FromSeconds(15) || !(oldSessions || (portTaken && options.Port == 0)))
            {
                throw new PostgresStartException(portTaken
                    ? $"Port {port} on 127.0.0.1 is taken, so PostgreSQL cannot listen there. "
                        + "Free it, or choose another port (0 takes any free one)."
                    : $"PostgreSQL did not start on {prepared.Cluster.Directory}:\n{text}");
            }
            await Task.Delay(200, cancellationToken);
        }
    }

    /// <summary>Removes a server's data, wherever it is; the server must not run.</summary>
    public static void DeleteData(string dataDirectory) => DataPlace.Delete(dataDirectory);

    /// <summary>Stops the server and returns once it has ended; does nothing when it has.</summary>
    public async Task StopAsync(PostgresStop how = PostgresStop.Fast, CancellationToken cancellationToken = default)
    {
        if (how == PostgresStop.Fast && await EndsAfterAsync(ProcessSignal.Interrupt, TimeSpan.FromSeconds(10), cancellationToken))
        {
            return;
        }
        if (!await EndsAfterAsync(ProcessSignal.Quit, TimeSpan.FromSeconds(6), cancellationToken))
        {
            await EndsAfterAsync(ProcessSignal.Kill, TimeSpan.FromSeconds(5), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(options.Durable ? PostgresStop.Fast : PostgresStop.Immediate);
        process.Dispose();
    }

    private static Process Launch(PreparedServer prepared, PostgresServerOptions options, int port, RecentLines log)
    {
        var info = Tool.InOwnSession(prepared.Program, prepared.Arguments(options, port));
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.WorkingDirectory = "/";
        prepared.User?.Apply(info);
        Tool.Clean(info);
        var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        process.Start();
        ProcessGuard.Watch(process.Id, options.Durable ? "INT" : "QUIT");
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<bool> IsUpAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        try
        {
            while (waited.Elapsed < StartTimeout && !Exited.IsCompleted)
            {
                if (cluster.IsReady(ProcessId))
                {
                    return true;
                }
                await Task.Delay(20, cancellationToken);
            }
            return false;
        }
        catch (OperationCanceledException)
        {
            await StopAsync(PostgresStop.Immediate, CancellationToken.None);
            throw;
        }
    }

    private async Task<int> WatchAsync()
    {
        await process.WaitForExitAsync();
        ProcessGuard.Forget(ProcessId);
        return process.ExitCode;
    }

    private async Task<bool> EndsAfterAsync(int signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!Exited.IsCompleted)
        {
            ProcessSignal.Send(ProcessId, signal);
        }
        try
        {
            await Exited.WaitAsync(timeout, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
