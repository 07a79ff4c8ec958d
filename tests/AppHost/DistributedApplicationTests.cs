using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Runtime;
using LocalPostgres;
using Npgsql;

namespace ReelBallers.AppHost.Tests;

public class DistributedApplicationTests : TemporaryData
{
    [Fact]
    public async Task Whoever_waits_starts_only_after_the_other_is_healthy()
    {
        var sign = Data + ".healthy";
        await using var host = new HostProcess(Data, $"--HealthyWhen={sign}");
        try
        {
            var back = HostProcess.Of(await host.WhenAsync(now => HostProcess.Of(now, "back").State == "starting"), "back");
            await host.ListensAsync(back);
            var front = HostProcess.Of(await host.WhenAsync(_ => true), "front");
            Assert.Equal("waiting", front.State);
            Assert.Null(front.ProcessId);
            await File.WriteAllTextAsync(sign, "");
            var running = await host.WhenReadyAsync();
            Assert.All(running.Resources, resource => Assert.Equal("running", resource.State));
        }
        finally
        {
            File.Delete(sign);
        }
    }

    [Fact]
    public async Task Services_get_their_environment_by_Aspires_conventions()
    {
        await using var host = new HostProcess(Data);
        var running = await host.WhenReadyAsync();
        var (back, front) = (HostProcess.Of(running, "back"), HostProcess.Of(running, "front"));

        var seen = await host.EnvironmentOfAsync(front);
        Assert.Equal(front.Urls["http"], seen["ASPNETCORE_URLS"]);
        Assert.Equal(back.Urls["http"], seen["services__back__http__0"]);
        Assert.Equal(back.Urls["http"] + "/deep", seen["DEEP_LINK"]);
        Assert.Equal("front", seen["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", seen["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
        Assert.Equal("Development", seen["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal(20, seen["SECRET"].Length);
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("OTEL_EXPORTER", StringComparison.Ordinal));
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("Parameters__", StringComparison.Ordinal));
        Assert.DoesNotContain("ASPNETCORE_HTTP_PORTS", seen.Keys);

        var seenByBack = await host.EnvironmentOfAsync(back);
        Assert.Equal(back.Urls["http"], seenByBack["ASPNETCORE_URLS"]);
        Assert.EndsWith($":{seenByBack["EXTRA_PORT"]}", back.Urls["extra"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_service_comes_back_on_its_port_and_what_it_had_started_is_gone()
    {
        await using var host = new HostProcess(Data);
        var before = HostProcess.Of(await host.WhenReadyAsync(), "back");
        var child = await host.ChildOfAsync(before);
        ProcessSignal.Send(before.ProcessId!.Value, ProcessSignal.Kill);

        var after = HostProcess.Of(await host.WhenBackAsync(before), "back");
        Assert.Equal(before.Urls["http"], after.Urls["http"]);
        Assert.Equal(1, after.Restarts);
        await host.EnvironmentOfAsync(after);
        await HostProcess.GoneAsync(child);
        Assert.Contains("back was ended by signal 9", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logs_of_all_and_a_table_of_them_are_on_the_output()
    {
        await using var host = new HostProcess(Data);
        var front = HostProcess.Of(await host.WhenReadyAsync(), "front");
        host.Signal(ProcessSignal.Terminate);
        await host.ExitAsync();
        Assert.Contains("back    | echo says hello", host.Output, StringComparison.Ordinal);
        Assert.Contains("front   | echo says hello", host.Output, StringComparison.Ordinal);
        Assert.Matches($@"front\s+running\s+{front.Urls["http"]}\s+{front.ProcessId}", host.Output);
        Assert.Matches($@"Ready in .* s: {front.Urls["http"]} ", host.Output);
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate)]
    [InlineData(ProcessSignal.Interrupt)]
    public async Task A_signal_stops_everything_and_ends_with_0(int signal)
    {
        await using var host = new HostProcess(Data, "--Postgres=true");
        var running = await host.WhenReadyAsync();
        var child = await host.ChildOfAsync(HostProcess.Of(running, "back"));
        host.Signal(signal);
        Assert.Equal(0, await host.ExitAsync());
        await NothingIsLeftAsync(running, child);
        Assert.DoesNotContain("had to be killed", host.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, "running.json")));
    }

    [Fact]
    public async Task Killed_itself_it_leaves_no_process_and_the_next_start_works()
    {
        await using var host = new HostProcess(Data, "--Postgres=true");
        var running = await host.WhenReadyAsync();
        var child = await host.ChildOfAsync(HostProcess.Of(running, "back"));
        host.Signal(ProcessSignal.Kill);
        await host.ExitAsync();
        await NothingIsLeftAsync(running, child);

        await using var next = new HostProcess(Data, "--Postgres=true");
        await next.WhenReadyAsync();
    }

    [Fact]
    public async Task What_an_earlier_run_left_behind_is_stopped_at_the_start()
    {
        int left;
        await using (var host = new HostProcess(Data))
        {
            var running = await host.WhenReadyAsync();
            left = HostProcess.Of(running, "back").ProcessId!.Value;
            // Nothing can be stopped by whoever is killed first: the guard, which knows us by its group alone.
            await KillGuardOfAsync(host.ProcessId);
            host.Signal(ProcessSignal.Kill);
            await host.ExitAsync();
        }
        Assert.NotEmpty(await Tool.CommandLineAsync(left, CancellationToken.None));
        await using var next = new HostProcess(Data);
        await next.WhenReadyAsync();
        await HostProcess.GoneAsync(left);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_parameter_that_changes_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var host = new HostProcess(Data, $"--Parameters:front-port={port}");
        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains($"Port {port} is taken", host.Output, StringComparison.Ordinal);
        Assert.Contains("front", host.Output, StringComparison.Ordinal);
        Assert.Contains("--Parameters:front-port=N", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_gets_healthy_ends_it_with_the_last_lines()
    {
        await using var host = new HostProcess(Data, $"--HealthyWhen={Data}.never", "--StartTimeoutSeconds=5");
        var back = HostProcess.Of(await host.WhenAsync(running => HostProcess.Of(running, "back").ProcessId is not null), "back");
        Assert.Equal(1, await host.ExitAsync());
        // On a busy machine five seconds are over before it listens at all.
        Assert.Matches("back was not healthy within 5 s: (/health answers 503, not 200|it does not listen yet)", host.Output);
        Assert.Contains("Its last lines:", host.Output, StringComparison.Ordinal);
        await HostProcess.GoneAsync(back.ProcessId!.Value);
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_is_refused_and_the_first_runs_on()
    {
        await using var first = new HostProcess(Data);
        var running = await first.WhenReadyAsync();
        await using var second = new HostProcess(Data);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains($"Another AppHost (process {first.ProcessId}) runs on {Data}", second.Output, StringComparison.Ordinal);
        await first.EnvironmentOfAsync(HostProcess.Of(running, "front"));
    }

    [Fact]
    public async Task The_database_keeps_its_rows_over_kill_9_and_restart_until_a_reset()
    {
        string secret;
        await using (var host = new HostProcess(Data, "--Postgres=true"))
        {
            var running = await host.WhenReadyAsync();
            var seen = await host.EnvironmentOfAsync(HostProcess.Of(running, "front"));
            secret = seen["SECRET"];
            var connection = seen["ConnectionStrings__some-db"];
            await ExecuteAsync(connection, "create table kept as select 42 as answer");

            var before = HostProcess.Of(running, "postgres");
            ProcessSignal.Send(before.ProcessId!.Value, ProcessSignal.Kill);
            await host.WhenBackAsync(before);
            Assert.Equal(42, await ExecuteAsync(connection, "select answer from kept"));
        }
        await using (var again = new HostProcess(Data, "--Postgres=true"))
        {
            var seen = await again.EnvironmentOfAsync(HostProcess.Of(await again.WhenReadyAsync(), "front"));
            Assert.Equal(secret, seen["SECRET"]);
            Assert.Equal(42, await ExecuteAsync(seen["ConnectionStrings__some-db"], "select answer from kept"));
        }
        await using (var reset = new HostProcess(Data, "--Postgres=true", "--reset"))
        {
            var seen = await reset.EnvironmentOfAsync(HostProcess.Of(await reset.WhenReadyAsync(), "front"));
            Assert.NotEqual(secret, seen["SECRET"]);
            await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(seen["ConnectionStrings__some-db"], "select answer from kept"));
        }
    }

    private static async Task NothingIsLeftAsync(Running running, int child)
    {
        foreach (var resource in running.Resources)
        {
            await HostProcess.GoneAsync(resource.ProcessId!.Value);
        }
        await HostProcess.GoneAsync(child);
    }

    private static async Task KillGuardOfAsync(int parent)
    {
        var (_, list) = await Tool.RunAsync("ps", ["-eo", "pid=,ppid=,args="], null, CancellationToken.None);
        var guard = list.Split('\n').Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            .Single(row => row.Length == 3 && row[1] == $"{parent}" && row[2].StartsWith("/bin/sh -c", StringComparison.Ordinal));
        ProcessSignal.Send(int.Parse(guard[0], System.Globalization.CultureInfo.InvariantCulture), ProcessSignal.Kill);
    }
}
