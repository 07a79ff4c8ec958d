using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>What the start does to the database; the services' own tests migrate an empty one.</summary>
public class DatabaseMigratorTests
{
    [Fact]
    public async Task A_database_of_migrations_that_were_replaced_ends_the_start_with_what_to_do()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("""create table "__EFMigrationsHistory" ("MigrationId" text, "ProductVersion" text)""");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database));

        Assert.Contains("was created by migrations that have since been replaced", error.Message, StringComparison.Ordinal);
        Assert.Contains("--reset", error.Message, StringComparison.Ordinal);
    }

    // During a rollout the version before runs on the new version's schema.
    [Fact]
    public async Task Migrations_of_a_newer_version_are_accepted()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("""
            create table "__EFMigrationsHistory" (migration_id text, product_version text);
            insert into "__EFMigrationsHistory" values ('99991231235959_Newer', '99.0.0');
            """);

        await StartAsync(database);
    }

    private static async Task StartAsync(TestDatabase database)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Internal:Credential"] = ServiceApp.Credential;
        builder.Configuration["ConnectionStrings:testdb"] = database.ConnectionString;
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddDatabase<TestDbContext>("testdb");
        await using var app = builder.Build();
        await app.StartAsync();
    }
}
