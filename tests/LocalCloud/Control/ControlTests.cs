using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

public sealed class ControlTests : StripeCloudTests
{
    [Theory]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"kind":"cut"}""", "cloud")]
    [InlineData("""{"cloud":"aws","kind":"cut"}""", "cloud")]
    [InlineData("""{"cloud":"stripe"}""", "kind")]
    [InlineData("""{"cloud":"stripe","kind":"explode"}""", "kind")]
    [InlineData("""{"cloud":"stripe","kind":"crash_worker"}""", "kind")]
    [InlineData("""{"cloud":"r2","kind":"drop_webhook"}""", "kind")]
    [InlineData("""{"cloud":"stripe","kind":"cut","match":"/v1/refunds"}""", "match")]
    [InlineData("""{"cloud":"stripe","kind":"cut","match":"charge.refunded"}""", "match")]
    [InlineData("""{"cloud":"stripe","kind":"drop_webhook","match":"POST /v1/refunds"}""", "match")]
    [InlineData("""{"cloud":"stripe","kind":"cut","match":5}""", "match")]
    [InlineData("""{"cloud":"stripe","kind":"cut","times":0}""", "times")]
    [InlineData("""{"cloud":"stripe","kind":"cut","times":"2"}""", "times")]
    [InlineData("""{"cloud":"stripe","kind":"cut","times":1.5}""", "times")]
    [InlineData("""{"cloud":"stripe","kind":"cut","every":-1}""", "every")]
    [InlineData("""{"cloud":"stripe","kind":"cut","seed":1}""", "seed")]
    [InlineData("""{"cloud":"stripe","kind":"cut","status":500}""", "status")]
    [InlineData("""{"cloud":"stripe","kind":"status","status":200}""", "status")]
    [InlineData("""{"cloud":"stripe","kind":"status","delay_ms":5}""", "delay_ms")]
    [InlineData("""{"cloud":"stripe","kind":"cut","tiems":5}""", "tiems")]
    [InlineData("""{"cloud":"r2","kind":"status_after_effect","delay_ms":5}""", "delay_ms")]
    [InlineData("""{"cloud":"r2","kind":"delay_after_effect","status":502}""", "status")]
    [InlineData("""{"cloud":"r2","kind":"out_of_memory"}""", "kind")]
    public async Task A_fault_that_makes_no_sense_is_refused_by_field(string body, string field)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await http.PostAsync(new Uri(Cloud.ControlUrl, "/faults"), content);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"\"errors\":{{\"{field}\":[", text, StringComparison.Ordinal);
        Assert.Empty((await Cloud.ControlAsync(HttpMethod.Get, "/faults")).Body["faults"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"cloud":"stripe","kind":"reorder_webhook","match":"charge.*","every":3,"seed":-4}""")]
    [InlineData("""{"cloud":"r2","kind":"cut","match":"PUT /reelballers-videos/u/input","times":2}""")]
    [InlineData("""{"cloud":"runpod","kind":"late_progress","match":"POST /v2/local/run"}""")]
    [InlineData("""{"cloud":"runpod","kind":"drop_webhook"}""")]
    [InlineData("""{"cloud":"runpod","kind":"status_after_effect","status":502}""")]
    [InlineData("""{"cloud":"r2","kind":"delay_after_effect","delay_ms":5}""")]
    [InlineData("""{"cloud":"runpod","kind":"out_of_memory","match":"POST /v2/local/run"}""")]
    public async Task A_fault_that_makes_sense_is_listed(string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Created, (await http.PostAsync(new Uri(Cloud.ControlUrl, "/faults"), content)).StatusCode);
        Assert.Single((await Cloud.ControlAsync(HttpMethod.Get, "/faults")).Body["faults"]!.AsArray());
    }

    [Fact]
    public async Task The_mailbox_keeps_what_was_sent_to_it()
    {
        var sent = await Cloud.ControlAsync(HttpMethod.Post, "/mail",
            new { from = "us@example.com", to = "jo@example.com", subject = "Thanks", text = "Hello" });
        var refused = await Cloud.ControlAsync(HttpMethod.Post, "/mail", new { subject = "Without a recipient" });

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.BadRequest), (sent.Status, refused.Status));
        var mail = Assert.Single((await Cloud.ControlAsync(HttpMethod.Get, "/mail")).Body["mails"]!.AsArray());
        Assert.Equal("Thanks", (string?)mail!["subject"]);
    }

    [Fact]
    public async Task The_mails_to_an_address_can_be_asked_for()
    {
        foreach (var to in new[] { "jo@example.com", "bo@example.com" })
        {
            await Cloud.ControlAsync(HttpMethod.Post, "/mail", new { to, subject = "Thanks", text = "Hello" });
        }
        var mail = Assert.Single((await Cloud.ControlAsync(HttpMethod.Get, "/mail?to=Jo@example.com")).Body["mails"]!.AsArray());
        Assert.Equal("jo@example.com", (string?)mail!["to"]![0]);
        Assert.Empty((await Cloud.ControlAsync(HttpMethod.Get, "/mail?to=example.com")).Body["mails"]!.AsArray());
    }

    [Fact]
    public async Task The_control_port_is_healthy()
    {
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(Cloud.ControlUrl, "/health")));
    }

    [Fact]
    public async Task A_taken_port_is_said_and_nothing_is_left_running()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var directory = Directory.CreateTempSubdirectory("reelballers-taken-").FullName;
        var options = TestClouds.OnFreePorts(directory) with { ControlPort = port };

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => LocalCloudHost.StartAsync(options, CancellationToken.None));
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
        await using (await LocalCloudHost.StartAsync(options with { ControlPort = 0 }, CancellationToken.None))
        {
            Assert.True(Directory.Exists(directory));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("Stripe:Port", "http")]
    [InlineData("R2:Port", "70000")]
    [InlineData("Stripe:WebhookUrl", "localhost:8080")]
    public void A_setting_that_makes_no_sense_is_named(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build();
        var refusal = Assert.Throws<InvalidOperationException>(() => LocalCloudOptions.From(configuration));
        Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
    }
}
