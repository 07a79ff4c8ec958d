using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Accounts whose webhooks tests make and feed directly.</summary>
public sealed class WebhookFixture : AccountsFixture
{
    public WebhookFixture() => Settings["Logging:LogLevel:ReelBallers.Accounts.WebhookSender"] = "Information";

    public CollectedLogs Logs { get; } = new();

    protected override void Configure(IServiceCollection services) => Logs.Register(services);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Logs.Dispose();
    }

    /// <summary>Forgets what other tests have made.</summary>
    public Task ResetAsync() => Database.ExecuteAsync(
        "delete from webhook_deliveries; delete from webhook_endpoints; delete from webhook_events");

    /// <summary>Adds an endpoint that gets <c>job.completed</c>.</summary>
    public async Task<Guid> AddEndpointAsync(string url)
    {
        var (id, now) = (Guid.NewGuid(), Clock.GetUtcNow());
        await using var scope = App.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AccountsDbContext>();
        database.WebhookEndpoints.Add(new WebhookEndpoint
        {
            EndpointId = id,
            Url = url,
            Events = [WebhookTypes.JobCompleted],
            CreatedAt = now,
            SecretId = Guid.NewGuid(),
        });
        await database.SaveChangesAsync();
        return id;
    }

    /// <inheritdoc cref="AddEndpointAsync(string)"/>
    public Task<Guid> AddEndpointAsync(WebhookReceiver receiver) => AddEndpointAsync(receiver.Url.ToString());

    /// <summary>Adds an event, and gives its id.</summary>
    public async Task<Guid> HappenAsync()
    {
        var job = Guid.NewGuid();
        var data = new JobEndedData(Guid.NewGuid(), job, "upscale", "completed", 40, 30, 10);
        var news = new WebhookNews(WebhookEvent.IdOf($"{job}"), WebhookTypes.JobCompleted, Clock.GetUtcNow(), data);
        await using var scope = App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WebhookEvents>().AddAsync([news], default);
        return news.EventId;
    }

    /// <summary>Waits until the delivery of an event is so: attempts, last status and error, and the state.</summary>
    public Task IsAsync(Guid eventId, string expected) => Eventually.BecomesAsync(
        () => StateAsync(eventId), state => state == expected, $"the delivery is '{expected}'");

    /// <summary>The delivery of an event to one endpoint: <c>attempts status error state</c>.</summary>
    public Task<string> StateAsync(Guid eventId) => Database.ScalarAsync<string>(
        $"""
        select concat_ws(' ', attempts, coalesce(last_status::text, '-'), coalesce(last_error, '-'),
            case when delivered_at is not null then 'delivered' when failed_at is not null then 'failed'
                when lease_id is not null then 'sending' else 'pending' end)
        from webhook_deliveries where event_id = '{eventId}'
        """);

    /// <summary>How long until the next attempt at an event is due.</summary>
    public async Task<TimeSpan> DueInAsync(Guid eventId)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AccountsDbContext>().WebhookDeliveries
            .Where(row => row.EventId == eventId).Select(row => row.DueAt).SingleAsync() - Clock.GetUtcNow();
    }

    /// <summary>An endpoint as it is stored.</summary>
    internal async Task<WebhookEndpoint> EndpointAsync(Guid endpointId)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AccountsDbContext>().WebhookEndpoints.AsNoTracking()
            .SingleAsync(row => row.EndpointId == endpointId);
    }
}
