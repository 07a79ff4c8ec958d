using System.Net;
using System.Net.Sockets;
using LocalPostgres;
using Npgsql;

namespace ReelBallers.AppHost.Tests;

public class LocalPostgresTests : TemporaryData
{
    [Fact]
    public async Task A_restart_keeps_the_data_and_the_password()
    {
        await using (var first = await PostgresServer.StartAsync(Options))
        {
            await QueryAsync(first, "create table kept as select 42 as answer");
            await first.StopAsync();
            Assert.True(first.Exited.IsCompleted);
        }
        await using var second = await PostgresServer.StartAsync(Options);
        Assert.Equal(42, await QueryAsync(second, "select answer from kept"));
    }

    [Fact]
    public async Task After_a_kill_9_it_starts_again_on_the_same_port_with_what_was_committed()
    {
        await using var first = await PostgresServer.StartAsync(Options);
        await QueryAsync(first, "create table kept as select 42 as answer");
        ProcessSignal.Send(first.ProcessId, ProcessSignal.Kill);
        await first.Exited.WaitAsync(TimeSpan.FromSeconds(60));

        await using var second = await PostgresServer.StartAsync(Options with { Port = first.Port });
        Assert.Equal(first.Port, second.Port);
        Assert.Equal(42, await QueryAsync(second, "select answer from kept"));
    }

    [Fact]
    public async Task A_server_that_still_runs_on_the_data_is_stopped_first()
    {
        await using var old = await PostgresServer.StartAsync(Options);
        await using var current = await PostgresServer.StartAsync(Options);
        await old.Exited.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await QueryAsync(current, "select 1"));
    }

    [Fact]
    public async Task A_stale_pid_file_with_the_process_id_of_a_server_on_other_data_is_ignored_and_that_server_keeps_running()
    {
        var other = Options with { DataDirectory = Data + "-other" };
        try
        {
            await using var neighbour = await PostgresServer.StartAsync(other);
            await (await PostgresServer.StartAsync(Options)).DisposeAsync();
            await File.WriteAllTextAsync(Path.Combine(Data, "cluster", "postmaster.pid"), $"{neighbour.ProcessId}\n");
            await using var server = await PostgresServer.StartAsync(Options);
            Assert.Equal(1, await QueryAsync(server, "select 1"));
            Assert.Equal(1, await QueryAsync(neighbour, "select 1"));
        }
        finally
        {
            PostgresServer.DeleteData(other.DataDirectory);
        }
    }

    [Fact]
    public async Task Another_password_than_at_the_first_start_is_taken()
    {
        await (await PostgresServer.StartAsync(Options with { Password = "first" })).DisposeAsync();
        await using var server = await PostgresServer.StartAsync(Options with { Password = "it's new" });
        Assert.Equal(1, await QueryAsync(server, "select 1"));
        await using var wrong = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Username=postgres;Password=first;Pooling=false");
        await Assert.ThrowsAsync<PostgresException>(() => wrong.OpenAsync());
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var refusal = await Assert.ThrowsAsync<PostgresStartException>(() => PostgresServer.StartAsync(Options with { Port = port }));
        Assert.Contains($"Port {port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_closed_to_others_is_no_obstacle_and_deleting_leaves_nothing()
    {
        var closed = Directory.CreateTempSubdirectory("apphost-tests-").FullName; // Mode 700: only its owner enters.
        var data = Path.Combine(closed, "data");
        var notes = new List<string>();
        var options = Options with { DataDirectory = data, Progress = notes.Add };
        try
        {
            await using (var first = await PostgresServer.StartAsync(options))
            {
                await QueryAsync(first, "create table kept as select 42 as answer");
            }
            await using (var second = await PostgresServer.StartAsync(options))
            {
                Assert.Equal(42, await QueryAsync(second, "select answer from kept"));
            }
            var pointer = Path.Combine(data, "moved-to");
            Assert.Equal(Environment.IsPrivilegedProcess, File.Exists(pointer));
            var elsewhere = File.Exists(pointer) ? (await File.ReadAllTextAsync(pointer)).Trim() : data;
            Assert.True(!Environment.IsPrivilegedProcess || notes.Single().Contains(elsewhere, StringComparison.Ordinal));
            PostgresServer.DeleteData(data);
            Assert.False(Directory.Exists(elsewhere));
            Assert.False(Directory.Exists(data));
        }
        finally
        {
            Directory.Delete(closed, recursive: true);
        }
    }
}
