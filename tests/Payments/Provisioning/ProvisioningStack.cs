using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>A stack whose packs grant access at LocalCloud's TradingView. Its tests run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ProvisioningCollection : ICollectionFixture<ProvisioningStack>
{
    public const string Name = "provisioning";
}

/// <inheritdoc cref="ProvisioningCollection" />
public sealed class ProvisioningStack : Stack
{
    /// <summary>500 credits, and this script for ever.</summary>
    public const string Script = "PUB;script";

    /// <summary>No credits, and this script for 30 days.</summary>
    public const string Monthly = "PUB;monthly";

    private readonly HttpClient _control = new();

    /// <summary>Packs, and an API whose failures are tried again soon.</summary>
    protected override IEnumerable<KeyValuePair<string, string?>> More => new Dictionary<string, string?>
    {
        ["Catalog:Packs:0:Id"] = "starter",
        ["Catalog:Packs:0:PriceCents"] = "500",
        ["Catalog:Packs:0:Credits"] = "500",
        ["Catalog:Packs:1:Id"] = "script",
        ["Catalog:Packs:1:PriceCents"] = "900",
        ["Catalog:Packs:1:Credits"] = "500",
        ["Catalog:Packs:1:Grants:0:Product"] = Script,
        ["Catalog:Packs:1:Grants:0:Name"] = "The script",
        ["Catalog:Packs:2:Id"] = "month",
        ["Catalog:Packs:2:PriceCents"] = "700",
        ["Catalog:Packs:2:Grants:0:Product"] = Monthly,
        ["Catalog:Packs:2:Grants:0:DurationDays"] = "30",
        ["Catalog:Packs:3:Id"] = "both",
        ["Catalog:Packs:3:PriceCents"] = "1500",
        ["Catalog:Packs:3:Grants:0:Product"] = Script,
        ["Catalog:Packs:3:Grants:1:Product"] = Monthly,
        ["Catalog:Packs:3:Grants:1:DurationDays"] = "30",
        ["Provisioning:ApiUrl"] = Clouds.Host.TradingViewUrl.ToString(),
        ["Provisioning:SessionId"] = "tv_local",
        ["Provisioning:Signature"] = "tv_local_signature",
        ["Provisioning:RetryAfterSeconds"] = "1",
        ["Provisioning:SessionRetrySeconds"] = "1",
    };

    /// <summary>A user name of its own, in the spelling of its user there.</summary>
    internal static string NewName() => $"U{Guid.NewGuid():N}"[..20];

    /// <summary>Buys a pack and waits until it is credited.</summary>
    internal Task<Paid> BuyAsync(Guid userId, string pack, string name) =>
        PaidAsync(userId, JsonSerializer.Serialize(new { pack, access_username = name }));

    internal static async Task RejectsAsync(string code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(call)).ErrorCode());

    /// <summary>Scripts a fault of TradingView's.</summary>
    internal Task<IAsyncDisposable> AccessFaultAsync(
        string kind, string path, int? times = null, int? status = null, int? delayMs = null, int? retryAfterSeconds = null) =>
        FaultAsync(kind, $"POST /pine_perm/{path}/", times, status, delayMs, retryAfterSeconds, cloud: "tradingview");

    /// <summary>When the access of that name to a product ends, as <c>never</c> or a day; null without one.</summary>
    internal async Task<string?> AccessAsync(string product, string name)
    {
        var all = await _control.GetFromJsonAsync<JsonElement>(new Uri(Clouds.Host.ControlUrl, "/tradingview/access"));
        var found = all.GetProperty("access").EnumerateArray()
            .SingleOrDefault(one => one.GetProperty("pine_id").GetString() == product && one.GetProperty("user_name").GetString() == name);
        return found.ValueKind == JsonValueKind.Undefined ? null
            : found.TryGetProperty("expiration", out var until) ? DayOf(until.GetDateTimeOffset()) : "never";
    }

    /// <summary>A day from now on, as <see cref="AccessAsync"/> gives it.</summary>
    internal static string InDays(int days) => DayOf(TimeProvider.System.GetUtcNow().AddDays(days));

    internal Task AccessBecomesAsync(string product, string name, string? until) => Eventually.BecomesAsync(
        () => AccessAsync(product, name), seen => seen == until, $"access of {name} to {product} until {until ?? "(none)"}");

    /// <summary>Gives access as the owner of the scripts does by hand.</summary>
    internal async Task AddByHandAsync(string product, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Clouds.Host.TradingViewUrl, "/pine_perm/add/"))
        {
            Content = new FormUrlEncodedContent([new("pine_id", product), new("username_recip", name)]),
        };
        request.Headers.Add("Cookie", "sessionid=tv_local; sessionid_sign=tv_local_signature");
        using var plain = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var answer = await plain.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The user's grants, the newest first.</summary>
    internal async Task<IReadOnlyList<JsonElement>> GrantsAsync(Guid userId) =>
        [.. (await SendAsync(HttpMethod.Get, "/api/grants", userId)).Body.GetProperty("grants").EnumerateArray()];

    /// <summary>Waits until the newest grants of the user have these statuses.</summary>
    internal Task GrantsBecomeAsync(Guid userId, params string[] statuses) => Eventually.BecomesAsync(
        async () => string.Join(' ', (await GrantsAsync(userId)).Select(grant => grant.GetProperty("status").GetString())),
        seen => seen == string.Join(' ', statuses), $"grants that are {string.Join(' ', statuses)}");

    /// <summary>A column of the user's only grant.</summary>
    internal Task<T> ColumnAsync<T>(Guid userId, string column) =>
        Database.ScalarAsync<T>($"select {column} from access_grants where user_id = '{userId}'");

    internal async Task<string> GrantIdAsync(Guid userId) => (await ColumnAsync<Guid>(userId, "id")).ToString();

    /// <summary>The first replica leaves grants to others until this is disposed of.</summary>
    internal async Task<IAsyncDisposable> PauseAsync()
    {
        var worker = Payments.Services.GetServices<IHostedService>().OfType<GrantWorker>().Single();
        await worker.StopAsync(default);
        return new Paused(worker);
    }

    internal static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class Paused(GrantWorker worker) : IAsyncDisposable
    {
        private bool _isOver;

        public async ValueTask DisposeAsync()
        {
            if (!_isOver)
            {
                _isOver = true;
                await worker.StartAsync(default);
            }
        }
    }
}
