using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Another system is told of what happens in the stack.</summary>
[Collection(nameof(Stack))]
public sealed class WebhookTests(Stack stack)
{
    [Fact]
    public async Task An_endpoint_that_an_admin_has_made_is_told_of_a_payment_and_of_a_job()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var admin = new HttpClient(new AnswerRecorder(stack.Evidence) { InnerHandler = new SocketsHttpHandler() })
        {
            BaseAddress = stack.Url,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", await stack.AdminTokenAsync()) },
        };
        var created = await ActAsync(
            admin, "", new { url = receiver.Url, events = new[] { "payment.credited", "job.completed" }, reason = "For the books." });
        var webhook = created.GetProperty("webhook").GetProperty("webhook_id").GetString();
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(700);
        var job = await user.ExportAsync(await user.UploadClipAsync(320, 180, seconds: 1));
        var got = await Eventually.BecomesAsync(
            () => Task.FromResult(receiver.Received.Where(one => DataOf(one).GetProperty("uid").GetString() == user.Uid).ToList()),
            received => received.Count == 2, "both arrive");
        Assert.Equal(700, DataOf(Assert.Single(got, one => one.Body.Contains("payment.credited"))).GetProperty("amount_cents").GetInt64());
        var ended = DataOf(Assert.Single(got, one => one.Body.Contains("job.completed")));
        Assert.Equal((job, "completed"), (ended.GetProperty("job_id").GetString(), ended.GetProperty("status").GetString()));
        Assert.All(got, one => Assert.Equal(Sign(one, created.GetProperty("secret").GetString()!), one.Headers["webhook-signature"]));
        // The receiver is about to leave.
        await ActAsync(admin, $"/{webhook}/delete", new { reason = "The test is over." });
    }

    private static JsonElement DataOf(ReceivedWebhook webhook) => JsonSerializer.Deserialize<JsonElement>(webhook.Body).GetProperty("data");

    private static string Sign(ReceivedWebhook webhook, string secret) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret["whsec_".Length..]),
        Encoding.UTF8.GetBytes($"{webhook.Headers["webhook-id"]}.{webhook.Headers["webhook-timestamp"]}.{webhook.Body}")));

    private static async Task<JsonElement> ActAsync(HttpClient admin, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/webhooks{path}")
        {
            Content = JsonContent.Create(body),
            Headers = { { "Idempotency-Key", $"{Guid.NewGuid()}" } },
        };
        using var answer = await admin.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
