using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>A minimal service with all defaults and a route for each behavior to test.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase _database;

    private TestService(WebApplication app, TestDatabase database, TcpGate gate, CollectedLogs log) =>
        (_app, _database, Gate, Log) = (app, database, gate, log);

    /// <summary>The ids of the operations that ran.</summary>
    public ConcurrentQueue<Guid> Ran { get; } = new();

    /// <summary>How the route /work handles its next requests; the last entry is repeated.</summary>
    public ConcurrentQueue<Func<HttpContext, Task<IResult>>> Script { get; } = new();

    public TestDatabase Database => _database;

    /// <summary>Between the service and its database.</summary>
    public TcpGate Gate { get; }

    /// <summary>What the service logged.</summary>
    public CollectedLogs Log { get; }

    public static async Task<TestService> StartAsync(string? environment = null)
    {
        var database = await TestDatabase.CreateAsync();
        var gate = TcpGate.Open(database);
        var log = new CollectedLogs();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Internal:Credential"] = ServiceApp.Credential;
        builder.Configuration["ConnectionStrings:testdb"] = gate.ConnectionString(database);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.AddServiceDefaults();
        builder.AddServiceDatabase<TestDbContext>("testdb");
        var app = builder.Build();
        var service = new TestService(app, database, gate, log);
        app.MapServiceDefaults();
        app.MapGet("/who", (Caller caller) => caller.UserId.ToString());
        app.MapPost("/typed", (Typed typed) => typed);
        app.MapGet("/work", (Delegate)service.WorkAsync).RequireCaller();
        app.MapPost("/work", (Delegate)service.WorkAsync).RequireCaller().WithIdempotency();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<TestDbContext>().Database.EnsureCreatedAsync();
        }
        await app.StartAsync();
        return service;
    }

    public HttpClient Client(Guid? user = null, string? credential = ServiceApp.Credential)
    {
        var client = new HttpClient(new Http2Handler()) { BaseAddress = new Uri(_app.Urls.Single()) };
        if (credential is not null)
        {
            client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, credential);
        }
        if (user is { } userId)
        {
            client.DefaultRequestHeaders.Add(Caller.HeaderName, userId.ToString());
        }
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Gate.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<IResult> WorkAsync(HttpContext context)
    {
        Ran.Enqueue(context.OperationId());
        var step = Script.Count > 1 && Script.TryDequeue(out var next) ? next : Script.TryPeek(out var last) ? last : null;
        return step is null ? TypedResults.Accepted("/there", context.OperationId()) : await step(context);
    }
}

internal sealed record Typed(long AmountCents, string Name, Guid? Id = null);

internal sealed class TestDbContext(DbContextOptions<TestDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddIdempotency();
}
