using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeKillTests
{
    [Fact]
    public async Task A_kill_forgets_no_payment_and_no_event()
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-kill-").FullName;
        await using var receiver = await StripeReceiver.StartAsync();
        receiver.Answer = (_, _) => 503;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_local");
        var options = TestClouds.OnFreePorts(directory) with { StripePort = TestPort.Take(), StripeWebhookUrl = receiver.Url };
        var url = new Uri($"http://127.0.0.1:{options.StripePort}");
        try
        {
            string id;
            using (await ServiceProcess.StartCloudAsync(options))
            {
                using var order =
                    new FormUrlEncodedContent(StripeTestCloud.Order(500).Select(field => KeyValuePair.Create(field.Key, field.Value)));
                var session = JsonNode.Parse(await (await http.PostAsync(new Uri(url, "/v1/checkout/sessions"), order))
                    .Content.ReadAsStringAsync())!;
                id = (string)session["id"]!;
                using var card = new FormUrlEncodedContent([KeyValuePair.Create("card_number", "4242424242424242")]);
                Assert.Equal(303, (int)(await http.PostAsync((string)session["url"]!, card)).StatusCode);
            }

            // A kill in the middle of a write leaves a torn line.
            await File.AppendAllTextAsync(Path.Combine(directory, "stripe", "journal.jsonl"), """[{"id":"cus_torn","obj""");
            receiver.Answer = (_, _) => 200;
            using (await ServiceProcess.StartCloudAsync(options))
            {
                var session = JsonNode.Parse(await http.GetStringAsync(new Uri(url, $"/v1/checkout/sessions/{id}")))!;
                Assert.Equal(("complete", "paid"), ((string?)session["status"], (string?)session["payment_status"]));
                await receiver.GotAsync("checkout.session.completed", "payment_intent.succeeded");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
