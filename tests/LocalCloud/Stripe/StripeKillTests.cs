using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

public sealed partial class StripeKillTests
{
    [Fact]
    public async Task A_kill_forgets_no_payment_and_no_event()
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-kill-").FullName;
        await using var receiver = await StripeReceiver.StartAsync();
        receiver.Answer = (_, _) => 503;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_local");
        try
        {
            string id;
            using (var clouds = await StartAsync(directory, receiver.Url))
            {
                using var order =
                    new FormUrlEncodedContent(StripeTestCloud.Order(500).Select(field => KeyValuePair.Create(field.Key, field.Value)));
                var session = JsonNode.Parse(await (await http.PostAsync(new Uri(clouds.Url, "/v1/checkout/sessions"), order))
                    .Content.ReadAsStringAsync())!;
                id = (string)session["id"]!;
                using var card = new FormUrlEncodedContent([KeyValuePair.Create("card_number", "4242424242424242")]);
                Assert.Equal(303, (int)(await http.PostAsync((string)session["url"]!, card)).StatusCode);
            }

            // A kill in the middle of a write leaves a torn line.
            await File.AppendAllTextAsync(Path.Combine(directory, "stripe", "journal.jsonl"), """[{"id":"cus_torn","obj""");
            receiver.Answer = (_, _) => 200;
            using (var clouds = await StartAsync(directory, receiver.Url))
            {
                var session = JsonNode.Parse(await http.GetStringAsync(new Uri(clouds.Url, $"/v1/checkout/sessions/{id}")))!;
                Assert.Equal(("complete", "paid"), ((string?)session["status"], (string?)session["payment_status"]));
                await receiver.GotAsync("checkout.session.completed", "payment_intent.succeeded");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Killed> StartAsync(string directory, Uri webhookUrl)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "LocalCloud.dll")])
        {
            RedirectStandardOutput = true,
        };
        foreach (var port in new[] { "Stripe", "RunPod", "R2", "Control" })
        {
            start.Environment[$"{port}__Port"] = "0";
        }

        start.Environment["Stripe__WebhookUrl"] = webhookUrl.ToString();
        start.Environment["DataDirectory"] = directory;
        var started = TestProcess.Start(start);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await started.Process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Killed(started, new Uri(match.Groups[1].Value));
            }
        }

        throw new InvalidOperationException("LocalCloud did not say where it listens.");
    }

    [GeneratedRegex(@"Stripe listens on (\S+)")]
    private static partial Regex Listening();

    /// <summary>LocalCloud in a process of its own, ended with SIGKILL.</summary>
    private sealed record Killed(TestProcess Started, Uri Url) : IDisposable
    {
        public void Dispose() => Started.Dispose();
    }
}
