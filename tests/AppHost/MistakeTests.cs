using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace ReelBallers.AppHost.Tests;

/// <summary>What a person may do wrong at a start: it ends with 1, and with a sentence that says what to do.</summary>
public sealed class MistakeTests : TemporaryData
{
    [Theory]
    [InlineData("--replicas=0", "--replicas is '0', which is not a number from 1 to 16.")]
    [InlineData("--replicas=many", "--replicas is 'many', which is not a number from 1 to 16.")]
    [InlineData("--Parameters:gateway-port=high", "The parameter gateway-port is 'high', which is not a port (0 to 65535).")]
    [InlineData("--Parameters:dashboard-port=70000", "The parameter dashboard-port is '70000', which is not a port (0 to 65535).")]
    public async Task A_malformed_argument_is_named(string argument, string sentence)
    {
        await using var host = new AppHostProcess(Data, argument);
        Assert.Equal(1, await host.ExitAsync());
        Assert.Equal(sentence, host.Output.Trim());
    }

    [Theory]
    [InlineData("gateway-port")]
    [InlineData("dashboard-port")]
    [InlineData("localcloud-r2-port")]
    public async Task A_taken_port_is_named_with_the_parameter_that_changes_it(string parameter)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var host = new AppHostProcess(Data, $"--Parameters:{parameter}={port}");
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith($"Port {port} is taken by another program.", host.Output, StringComparison.Ordinal);
        Assert.Contains($"--Parameters:{parameter}=N", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_not_there_is_named()
    {
        await using var host = new AppHostProcess(Data, new Dictionary<string, string> { ["LOCAL_POSTGRES_BIN"] = "/nowhere" });
        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("No working postgres and initdb in /nowhere, which LOCAL_POSTGRES_BIN names", host.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_a_service_rejects_is_shown_with_its_last_lines()
    {
        await using var host = new AppHostProcess(Data, "--Parameters:app-url=not-a-url");
        Assert.Equal(1, await host.ExitAsync());
        // With all of the output in the failure: what is shown comes from several processes.
        Assert.True(
            host.Output.Contains("App:Url is 'not-a-url'. Set it to an absolute http or https URL.", StringComparison.Ordinal),
            host.Output);
        Assert.Contains("before it was ever healthy", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("postgres://me:hidden@localhost/db")]
    [InlineData("Username=me;Password=hidden")]
    public async Task A_database_that_is_none_is_rejected_without_repeating_it(string database)
    {
        await using var host = new AppHostProcess(Data, new Dictionary<string, string> { ["Parameters__database"] = database });
        Assert.Equal(1, await host.ExitAsync());
        Assert.Equal(
            "The parameter database is neither local, nor container, nor a connection string (Host=…;Port=…;Username=…;Password=…).",
            host.Output.Trim());
    }

    [Fact]
    public async Task A_database_server_that_is_not_there_is_named_without_its_password()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var database = $"Host=127.0.0.1;Port={port};Username=me;Password=hidden";
        await using var host = new AppHostProcess(Data, new Dictionary<string, string> { ["Parameters__database"] = database });
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith(
            $"The server that the parameter database names (127.0.0.1:{port}) does not accept the connection: ",
            host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_of_a_database_server_that_others_may_use_is_rejected_and_deletes_nothing()
    {
        var kept = Directory.CreateDirectory(Path.Combine(Data, "kept"));
        var database = "Host=127.0.0.1;Username=me;Password=hidden";
        await using var host = new AppHostProcess(
            Data, new Dictionary<string, string> { ["Parameters__database"] = database }, "--reset");
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith("--reset does not empty the server that the parameter database names", host.Output, StringComparison.Ordinal);
        Assert.True(kept.Exists);
    }

    [Fact]
    public async Task An_orchestrator_that_does_not_start_is_named()
    {
        var orchestrator = typeof(Running).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "dcpclipath").Value;
        var silent = Path.Combine(Directory.CreateDirectory(Data).FullName, "dcp");
        await File.WriteAllTextAsync(silent, $"#!/bin/sh\n[ \"$1\" = start-apiserver ] || exec '{orchestrator}' \"$@\"\n");
        File.SetUnixFileMode(silent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var host = new AppHostProcess(Data, $"--DcpPublisher:CliPath={silent}");
        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("Aspire's orchestrator (DCP) did not start in time", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Output, StringComparison.Ordinal);
    }
}
