using System.Net;
using LocalPostgres;

namespace ReelBallers.AppHost.Tests;

/// <summary>The whole stack, started, hurt and stopped. Each start takes a while, so each test asks a lot of one.</summary>
public sealed class StackTests : TemporaryData
{
    private static readonly string[] Replicated = ["accounts", "gateway", "jobs", "payments", "storage", "wallet"];
    private static readonly string[] Services = [.. Replicated.Append("localcloud").Append("postgres").Order()];

    [Fact]
    public async Task It_says_where_to_look_gives_each_process_its_own_and_stops_at_Ctrl_C()
    {
        var given = new Dictionary<string, string>
        {
            ["Parameters__stripe_previous_webhook_secret"] = "whsec_previous",
            ["Parameters__unrelated"] = "x",
        };
        await using var host = new AppHostProcess(Data, given);
        var running = await host.WhenReadyAsync();

        Assert.Equal(Services, running.Resources.Select(resource => resource.Name));
        var gateway = AppHostProcess.Of(running, "gateway");
        await host.SaysAsync("(?m)^Ready in .* s: ");
        var lines = host.Output.Split('\n');
        Assert.Equal($"App        {gateway.Urls["http"]} (ready in a moment)", lines[0]);
        Assert.Equal($"Dashboard  {running.Dashboard}", lines[1]);
        Assert.Contains("/login?t=", lines[1], StringComparison.Ordinal);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(running.Dashboard!))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"{gateway.Urls["http"]}/api/health"))).StatusCode);

        var payments = await AppHostProcess.EnvironmentOfAsync(AppHostProcess.Of(running, "payments"));
        Assert.Equal("Production", payments["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("Production", payments["DOTNET_ENVIRONMENT"]);
        Assert.Equal("payments", payments["OTEL_SERVICE_NAME"]);
        Assert.Equal("whsec_previous", payments["Stripe__PreviousWebhookSecret"]);
        Assert.Equal(AppHostProcess.Of(running, "payments").Urls["http"], payments["ASPNETCORE_URLS"]);
        Assert.Equal(AppHostProcess.Of(running, "wallet").Urls["http"], payments["services__wallet__http__0"]);
        Assert.Contains("Database=paymentsdb", payments["ConnectionStrings__paymentsdb"], StringComparison.Ordinal);
        Assert.DoesNotContain(payments.Keys, name => name.StartsWith("Parameters__", StringComparison.OrdinalIgnoreCase));
        var wallet = await AppHostProcess.EnvironmentOfAsync(AppHostProcess.Of(running, "wallet"));
        Assert.DoesNotContain(wallet.Values, value => value.Contains("whsec_", StringComparison.Ordinal));
        Assert.DoesNotContain(wallet.Keys, name => name is "ConnectionStrings__paymentsdb" or "Session__SigningKey");

        await using var second = new AppHostProcess(Data);
        Assert.Equal(1, await second.ExitAsync());
        Assert.StartsWith($"Another AppHost (process {host.ProcessId}) runs on {Data}", second.Output, StringComparison.Ordinal);

        var processes = await AppHostProcess.ProcessesAsync(running);
        host.Signal(ProcessSignal.Interrupt);
        Assert.Equal(0, await host.ExitAsync());
        await AppHostProcess.GoneAsync(processes);
        Assert.False(File.Exists(Path.Combine(Data, "running.json")));
    }

    [Fact]
    public async Task What_is_killed_comes_back_the_data_stays_until_a_reset_and_no_process_is_left()
    {
        string secret;
        string connection;
        List<int> processes;
        await using (var host = new AppHostProcess(Data))
        {
            var running = await host.WhenReadyAsync();
            var wallet = AppHostProcess.Of(running, "wallet");
            var environment = await AppHostProcess.EnvironmentOfAsync(wallet);
            (secret, connection) = (environment["Internal__Credential"], environment["ConnectionStrings__walletdb"]);
            await ExecuteAsync(connection, "create table kept as select 42 as answer");

            ProcessSignal.Send(wallet.ProcessId!.Value, ProcessSignal.Kill);
            var back = AppHostProcess.Of(await host.WhenBackAsync(wallet), "wallet");
            Assert.Equal((wallet.Urls["http"], 1), (back.Urls["http"], back.Restarts));
            await host.SaysAsync("wallet.* ended with exit code .*; it starts again in");

            var postgres = AppHostProcess.Of(running, "postgres");
            var server = await AppHostProcess.ProcessesAsync(running with { Resources = [postgres] });
            server.ForEach(process => ProcessSignal.Send(process, ProcessSignal.Kill));
            running = await host.WhenBackAsync(postgres);
            Assert.Equal(42, await ExecuteAsync(connection, "select answer from kept"));

            processes = await AppHostProcess.ProcessesAsync(running);
            host.Signal(ProcessSignal.Kill);
            await host.ExitAsync();
        }
        await AppHostProcess.GoneAsync(processes);

        await using (var again = new AppHostProcess(Data))
        {
            var environment = await AppHostProcess.EnvironmentOfAsync(AppHostProcess.Of(await again.WhenReadyAsync(), "wallet"));
            Assert.Equal(secret, environment["Internal__Credential"]);
            Assert.Equal(42, await ExecuteAsync(environment["ConnectionStrings__walletdb"], "select answer from kept"));
        }
        await using (var reset = new AppHostProcess(Data, "--reset"))
        {
            var environment = await AppHostProcess.EnvironmentOfAsync(AppHostProcess.Of(await reset.WhenReadyAsync(), "wallet"));
            Assert.NotEqual(secret, environment["Internal__Credential"]);
            const string Count = "select count(*) from pg_tables where tablename = 'kept'";
            Assert.Equal(0L, await ExecuteAsync(environment["ConnectionStrings__walletdb"], Count));
        }
    }

    [Fact]
    public async Task Replicas_are_as_many_as_asked_for_and_a_given_database_server_gets_the_databases_and_is_left_running()
    {
        var elsewhere = Data + "-elsewhere";
        try
        {
            await using var server = await PostgresServer.StartAsync(Options with { DataDirectory = elsewhere });
            await using (var host = new AppHostProcess(
                Data, new Dictionary<string, string> { ["Parameters__database"] = server.ConnectionString }, "--replicas", "2"))
            {
                string[] expected = ["localcloud", .. Replicated, .. Replicated];
                var running = await host.WhenAsync(now => now.Ready && now.Resources.Count == expected.Length);
                Assert.Equal(expected.Order(), running.Resources.Select(resource => resource.Name).Order());
                Assert.False(Directory.Exists(Path.Combine(Data, "postgres")));
                var environment = await AppHostProcess.EnvironmentOfAsync(running.Resources.First(resource => resource.Name == "wallet"));
                const string Count = "select count(*) from pg_tables where tablename = 'transfers'";
                Assert.Equal(1L, await ExecuteAsync(environment["ConnectionStrings__walletdb"], Count));
                using var client = new HttpClient();
                var gateway = running.Resources.First(resource => resource.Name == "gateway").Urls["http"];
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"{gateway}/api/health"))).StatusCode);
            }
            const string Databases = "select string_agg(datname, ' ' order by datname) from pg_database where datname like '%db'";
            Assert.Equal("accountsdb gatewaydb jobsdb paymentsdb storagedb walletdb", await QueryAsync(server, Databases));
        }
        finally
        {
            PostgresServer.DeleteData(elsewhere);
        }
    }
}
