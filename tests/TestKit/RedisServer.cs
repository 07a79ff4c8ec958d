using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LocalPostgres;

namespace ReelBallers.TestKit;

/// <summary>A real redis-server on a port of its own, which keeps nothing on the disk.</summary>
public sealed class RedisServer : IDisposable
{
    /// <summary>Why a test that needs one is skipped.</summary>
    public const string Missing = "redis-server is not on the PATH (Debian: apt-get install redis-server).";

    private TestProcess _process;

    private RedisServer(TestProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>Whether one is installed or must be: CI skips nothing.</summary>
    public static bool IsExpected => IsInstalled || Environment.GetEnvironmentVariable("CI") == "true";

    private static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>The port on the loopback.</summary>
    public int Port { get; }

    /// <summary>The value of <c>ConnectionStrings:redis</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts one on a free port.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        if (!IsInstalled)
        {
            throw new InvalidOperationException(Missing);
        }
        var port = TestPort.Take();
        return new RedisServer(await StartAsync(port), port);
    }

    /// <summary>Kills it with -9; what it knew is lost.</summary>
    public void Kill() => _process.Dispose();

    /// <summary>Stops it from running, so that it accepts connections and answers nothing.</summary>
    public void Suspend() => ProcessSignal.Send(_process.Process.Id, ProcessSignal.Stop);

    /// <summary>Lets it run again after <see cref="Suspend"/>.</summary>
    public void Resume() => ProcessSignal.Send(_process.Process.Id, ProcessSignal.Continue);

    /// <summary>Starts it again on the same port after <see cref="Kill"/>.</summary>
    public async Task RestartAsync() => _process = await StartAsync(Port);

    /// <summary>Executes a command without arguments and returns the answer's first line.</summary>
    public Task<string> ExecuteAsync(string command) => ExecuteAsync(Port, command);

    public void Dispose() => _process.Dispose();

    private static async Task<TestProcess> StartAsync(int port)
    {
        var process = TestProcess.Start(new ProcessStartInfo(
            "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        });
        process.Process.BeginOutputReadLine();
        await Eventually.IsTrueAsync(async () => await TryExecuteAsync(port, "PING") == "+PONG", "redis-server answers");
        return process;
    }

    private static async Task<string?> TryExecuteAsync(int port, string command)
    {
        try
        {
            return await ExecuteAsync(port, command);
        }
        catch (SocketException)
        {
            return null; // It does not listen yet.
        }
    }

    private static async Task<string> ExecuteAsync(int port, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }
}
