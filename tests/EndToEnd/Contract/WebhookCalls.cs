using System.Net.Http.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>Every operation of <c>/api/admin/webhooks</c>, by an admin.</summary>
internal sealed class WebhookCalls : IAsyncDisposable
{
    private const string Path = "/api/admin/webhooks";
    private static readonly string[] Events = ["payment.refunded"];

    private readonly WebhookReceiver _receiver;
    private readonly string _webhook;

    private WebhookCalls(WebhookReceiver receiver, string webhook) => (_receiver, _webhook) = (receiver, webhook);

    /// <summary>Adds an endpoint that gets refunds.</summary>
    /// <param name="client">Its session is an admin's.</param>
    public static async Task<WebhookCalls> BeginAsync(ContractClient client)
    {
        var receiver = await WebhookReceiver.StartAsync();
        var created = await OperatorCalls.ActAsync(
            client, HttpMethod.Post, Path, new { url = receiver.Url, events = Events, reason = "test" });
        return new WebhookCalls(receiver, created.GetProperty("webhook").GetProperty("webhook_id").GetString()!);
    }

    /// <summary>The other operations, after a refund; and those that are rejected.</summary>
    public async Task EndAsync(ContractClient client)
    {
        await _receiver.GotAsync(1);
        Assert.NotEmpty((await client.GetAsync(Path)).GetProperty("webhooks").EnumerateArray());
        var deliveries = await client.GetAsync($"{Path}/{_webhook}/deliveries?limit=1");
        var delivery = deliveries.GetProperty("deliveries")[0].GetProperty("delivery_id").GetString();
        await ActAsync(HttpMethod.Post, $"/deliveries/{delivery}/resend", new { reason = "test" });
        await _receiver.GotAsync(2);
        await ActAsync(HttpMethod.Post, "/rotate-secret", new { reason = "test" });
        await ActAsync(HttpMethod.Put, "", new { enabled = false, reason = "test" });
        await client.GetAsync(Path);
        await FailAsync(409, "act_rejected", HttpMethod.Post, $"{_webhook}/deliveries/{delivery}/resend");
        await ActAsync(HttpMethod.Post, "/delete", new { reason = "test" });
        await FailAsync(404, "webhook_not_found", HttpMethod.Post, $"{_webhook}/delete");
        await FailAsync(404, "webhook_not_found", HttpMethod.Post, $"{_webhook}/rotate-secret");
        await FailAsync(404, "delivery_not_found", HttpMethod.Post, $"{_webhook}/deliveries/{delivery}/resend");
        await client.FailAsync(404, "webhook_not_found", HttpMethod.Get, $"{Path}/{_webhook}/deliveries");
        await client.FailAsync(400, "invalid_request", HttpMethod.Get, $"{Path}/{_webhook}/deliveries?status=lost");
        await client.FailAsync(
            400, "invalid_request", HttpMethod.Post, Path,
            JsonContent.Create(new { url = "https://10.0.0.1/", events = Events, reason = "test" }), NewKey());

        Task ActAsync(HttpMethod method, string path, object body) =>
            OperatorCalls.ActAsync(client, method, $"{Path}/{_webhook}{path}", body);

        Task FailAsync(int status, string code, HttpMethod method, string path) =>
            client.FailAsync(status, code, method, $"{Path}/{path}", JsonContent.Create(new { reason = "test" }), NewKey());
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private static (string Name, string Value) NewKey() => ("Idempotency-Key", $"{Guid.NewGuid()}");
}
