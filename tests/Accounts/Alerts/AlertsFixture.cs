using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Two replicas of Accounts, with stand-ins of the services that say what needs an operator, and a webhook.</summary>
public sealed class AlertsFixture : AccountsFixture
{
    private ServiceApp? _other;

    public ConditionsStandIn Payments { get; private set; } = null!;

    public ConditionsStandIn Wallet { get; private set; } = null!;

    public ConditionsStandIn Storage { get; private set; } = null!;

    public ConditionsStandIn Jobs { get; private set; } = null!;

    public WebhookStandIn Webhook { get; private set; } = null!;

    /// <summary>The second replica.</summary>
    public ServiceApp Other => _other!;

    public CollectedLogs Logs { get; } = new();

    public CommitFault Commits { get; } = new();

    protected override Uri UrlOf(string service) => service switch
    {
        "payments" => Payments.Url,
        "wallet" => Wallet.Url,
        "storage" => Storage.Url,
        "jobs" => Jobs.Url,
        _ => base.UrlOf(service),
    };

    public override async ValueTask InitializeAsync()
    {
        (Payments, Wallet) = (await ConditionsStandIn.StartAsync(), await ConditionsStandIn.StartAsync());
        (Storage, Jobs) = (await ConditionsStandIn.StartAsync(), await ConditionsStandIn.StartAsync());
        Webhook = await WebhookStandIn.StartAsync();
        Settings["Alerts:WebhookUrl"] = Webhook.Url;
        Settings["LowBalance:ThresholdCents"] = "0";
        await base.InitializeAsync();
        _other = await StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _other!.DisposeAsync();
        await base.DisposeAsync();
        foreach (var service in new IAsyncDisposable[] { Payments, Wallet, Storage, Jobs, Webhook })
        {
            await service.DisposeAsync();
        }
        Logs.Dispose();
    }

    protected override void Configure(IServiceCollection services)
    {
        Logs.Register(services);
        services.ConfigureDbContext<AccountsDbContext>(options => options.AddInterceptors(Commits));
    }

    /// <summary>Begins anew: nothing needs an operator, and nobody was told of anything.</summary>
    public async Task ResetAsync()
    {
        foreach (var service in new[] { Payments, Wallet, Storage, Jobs })
        {
            service.Says.Lists.Clear();
            service.Says.Fails = false;
            service.Says.Asked = () => Task.CompletedTask;
        }
        await Database.ExecuteAsync(
            """
            truncate alerts, alert_posts, audit_findings, condition_polls, gateway_traffic, mails, wallet_joins, account_deletions,
                webhook_endpoints, webhook_events, webhook_deliveries
            """);
        Webhook.Reset();
    }

    /// <summary>Time passes until all services are asked again, and they are.</summary>
    public Task PollAsync(ServiceApp? replica = null)
    {
        Clock.Advance(TimeSpan.FromSeconds(30));
        return AlertAsync(replica);
    }

    /// <summary>Time passes until what waits for others is told, and it is.</summary>
    public Task TellAsync(ServiceApp? replica = null)
    {
        Clock.Advance(TimeSpan.FromSeconds(10));
        return AlertAsync(replica);
    }

    /// <summary>Uses a service of a replica as its worker does.</summary>
    internal static async Task<TResult> WithAsync<TService, TResult>(ServiceApp replica, Func<TService, Task<TResult>> use)
        where TService : notnull
    {
        await using var scope = replica.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>The open alerts of a kind, as their subjects.</summary>
    public Task<string> OpenAsync(string kind) => Database.ScalarAsync<string>(
        $"select coalesce(string_agg(subject, ' ' order by subject), '') from alerts where kind = '{kind}' and ended_at is null");

    /// <summary>What the mails to the admin are about, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> DigestsAsync() => JsonSerializer.Deserialize<JsonElement[]>(
        await Database.ScalarAsync<string>(
            $"""
            select coalesce(json_agg(details order by created_at), '[]')::text from mails
            where kind = {(int)MailKind.Alert} and recipient = '{AdminEmail}'
            """))!;

    /// <summary>A digest as <c>kind count</c> for each group.</summary>
    public static string Summary(JsonElement digest) => string.Join(", ", digest.GetProperty("groups").EnumerateArray()
        .Select(group => $"{group.GetProperty("kind").GetString()} {group.GetProperty("count").GetInt64()}"));
}
