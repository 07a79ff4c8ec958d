using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LocalPostgres;
using LocalPostgres.Hosting;

namespace ReelBallers.AppHost.Tests;

/// <summary>Which PostgreSQL server the parameter <c>database</c> chooses.</summary>
public sealed class DatabaseServerTests : TemporaryData
{
    [Fact]
    public async Task Without_the_parameter_it_is_the_local_server()
    {
        var (builder, database) = await AddAsync();
        Assert.IsType<LocalPostgresDatabaseResource>(database);
        Assert.IsType<LocalPostgresResource>(Server(builder));
        Assert.Equal("{postgres.connectionString};Database=walletdb", database.ConnectionStringExpression.ValueExpression);
    }

    [Fact]
    public async Task Container_is_PostgreSQL_in_a_container_with_the_same_names_and_commands()
    {
        var (builder, database) = await AddAsync("--Parameters:database=container");
        Assert.IsType<PostgresDatabaseResource>(database);
        var server = Assert.IsType<PostgresServerResource>(Server(builder));
        Assert.Equal("library/postgres", server.Annotations.OfType<ContainerImageAnnotation>().Single().Image);
        Assert.Equal("{postgres.connectionString};Database=walletdb", database.ConnectionStringExpression.ValueExpression);
        Assert.Equal("postgres-password", server.PasswordParameter.Name);
        Assert.Contains(server.Annotations.OfType<ResourceCommandAnnotation>(), command => command.Name == "reset");
    }

    [Fact]
    public async Task A_connection_string_is_a_server_that_is_neither_started_nor_emptied()
    {
        await using var running = await PostgresServer.StartAsync(Options);
        var (builder, database) = await AddAsync($"--Parameters:database={running.ConnectionString};Database=template1");
        Assert.IsType<ExistingPostgresDatabaseResource>(database);
        var server = Assert.IsType<ExistingPostgresResource>(Server(builder));
        Assert.True(server.ConnectionString.Secret);
        Assert.DoesNotContain(server.Annotations.OfType<ResourceCommandAnnotation>(), command => command.Name is "reset" or "kill");

        await ServerDatabases.CreateAsync(server, ["walletdb"], CancellationToken.None);
        await ServerDatabases.CreateAsync(server, ["walletdb"], CancellationToken.None);
        var connection = await database.ConnectionStringExpression.GetValueAsync(CancellationToken.None);
        Assert.Equal("walletdb", await ExecuteAsync(connection!, "select current_database()::text"));
    }

    [Fact]
    public async Task What_is_published_has_a_container_whatever_this_machine_uses()
    {
        var (builder, _) = await AddAsync("--publisher=manifest", "--Parameters:database=local");
        Assert.True(builder.ExecutionContext.IsPublishMode);
        Assert.IsType<PostgresServerResource>(Server(builder));
    }

    private async Task<(IDistributedApplicationBuilder Builder, IResourceWithConnectionString Database)> AddAsync(params string[] arguments)
    {
        var builder = DistributedApplication.CreateBuilder(arguments);
        var directory = Data + "-apphost";
        try
        {
            using var data = DataDirectory.Open(directory, reset: false);
            var databases = await builder.AddDatabasesAsync(data, "walletdb");
            return (builder, databases["walletdb"].Resource);
        }
        finally
        {
            PostgresServer.DeleteData(directory);
        }
    }

    private static IResource Server(IDistributedApplicationBuilder builder) =>
        builder.Resources.Single(resource => resource.Name == "postgres");
}
