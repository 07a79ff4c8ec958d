using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs.Tests;

public class CallbackTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Fact]
    public async Task A_callback_without_the_token_of_the_job_is_404()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        var other = await stack.SubmittedAsync(await user.CreateAsync());
        var path = $"/api/runpod/webhook/{work.JobId}";
        var token = work.Webhook.Query;
        string[] queries = ["", "?token=", other.Webhook.Query, token[..^1], token + "0", token.ToUpperInvariant(), "?token=%00"];
        foreach (var forged in queries.Select(query => path + query))
        {
            using var response = await stack.CallBackAsync(work, pathAndQuery: forged);
            Assert.Equal((forged, HttpStatusCode.NotFound), (forged, response.StatusCode));
        }
        using var unknown = await stack.CallBackAsync(work, pathAndQuery: $"/api/runpod/webhook/{Guid.NewGuid()}{token}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_callback_with_a_false_status_changes_nothing()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        foreach (var said in new[] { "COMPLETED", "FAILED", "CANCELLED" })
        {
            var reads = work.Reads;
            using (await stack.CallBackAsync(work, said))
            {
            }
            await TestKit.Eventually.IsTrueAsync(() => Task.FromResult(work.Reads > reads), "RunPod is asked");
            Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        }
        Assert.Equal((95, 5), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_callback_that_names_another_jobs_result_does_not_complete_the_job()
    {
        var user = await stack.UserAsync();
        var mine = await stack.SubmittedAsync(await user.CreateAsync());
        var other = await stack.SubmittedAsync(await user.CreateAsync());
        other.Status = "COMPLETED";
        await other.PutOutputAsync();
        var reads = mine.Reads;
        using (await stack.CallBackAsync(other, pathAndQuery: mine.Webhook.PathAndQuery))
        {
        }
        await TestKit.Eventually.IsTrueAsync(() => Task.FromResult(mine.Reads > reads + 1), "the job is polled");
        Assert.Equal("queued", (await user.GetAsync(mine.JobId)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Duplicate_and_late_callbacks_change_nothing_after_the_end()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.DeliverAsync();
        var callbacks = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stack.CallBackAsync(work)));
        Assert.All(callbacks, callback => Assert.Equal(HttpStatusCode.OK, callback.StatusCode));
        var done = await user.EndsAsync(jobId, "completed");
        work.Status = "FAILED";
        using (var late = await stack.CallBackAsync(work, "FAILED"))
        {
            Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        }
        await Task.Delay(1500);
        Assert.Equal(done.GetRawText(), (await user.EndsAsync(jobId, "completed")).GetRawText());
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_rejected()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        using var client = stack.App.CreateClient();
        using var body = new StringContent("no", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(work.Webhook.PathAndQuery, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("5", "body")]
    [InlineData("\"COMPLETED\"", "body")]
    [InlineData("{", "body")]
    [InlineData("{\"id\":7}", "id")]
    [InlineData("{\"id\":1e400}", "id")]
    [InlineData("{\"id\":[]}", "id")]
    [InlineData("{\"id\":{}}", "id")]
    [InlineData("{\"id\":\"\"}", "id")]
    [InlineData("{\"id\":\"a\\u0000b\"}", "id")]
    [InlineData("{\"id\":\"\\ud800\"}", "id")]
    [InlineData("{\"id\":\"a b\"}", "id")]
    [InlineData("{\"id\":\"é\"}", "id")]
    [InlineData("{\"id\":\"LONG\"}", "id")]
    [InlineData("{\"id\":\"../../v2/other\"}", "id")]
    public async Task A_hostile_body_is_rejected_by_field(string json, string field)
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        var body = json.Replace("LONG", new string('a', 201), StringComparison.Ordinal);
        using var response = await PostAsync(work, Encoding.UTF8.GetBytes(body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{(int)response.StatusCode} {text}");
        var errors = JsonDocument.Parse(text).RootElement.GetProperty("errors").EnumerateObject();
        Assert.Equal(field, Assert.Single(errors).Name);
    }

    [Fact]
    public async Task A_body_that_cannot_be_parsed_is_never_a_500()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        var deep = new string('[', 5000);
        byte[][] bodies =
        [
            [0xFF, 0xFE, 0x00],
            [.. "{\"id\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8],
            [.. "{\"id\":\""u8, 0xFF, .. "\"}"u8],
            [.. "{\""u8, 0xFF, .. "\":1}"u8],
            Encoding.UTF8.GetBytes($"{{\"output\":{deep}"),
            Encoding.UTF8.GetBytes($"{{\"output\":{new string('[', 60)}{new string(']', 60)}}}"),
            Encoding.UTF8.GetBytes("{\"\\ud800\":1,\"id\":\"x\"}"),
            Encoding.UTF8.GetBytes("{\"i\\ud800\":1}"),
            Encoding.UTF8.GetBytes(
                "{\"output\":\"\\ud800\\u0000\",\"executionTime\":1e400,\"delayTime\":-" + new string('9', 400) + "}"),
            Encoding.UTF8.GetBytes("{\"id\":\"a\",\"id\":\"b\"}"),
        ];
        foreach (var body in bodies)
        {
            using var response = await PostAsync(work, body);
            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest,
                $"{(int)response.StatusCode} {Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 50)]} "
                    + await response.Content.ReadAsStringAsync());
        }
        using var huge = await PostAsync(work, new byte[1_100_000]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
    }

    [Fact]
    public async Task A_callback_with_a_wrong_token_is_rejected_before_its_body_is_read()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        using var client = stack.App.CreateClient();
        using var body = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/runpod/webhook/{work.JobId}?token=wrong")
        {
            Content = body,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public void A_token_is_valid_for_one_job_and_one_key()
    {
        static CallbackToken With(string key) =>
            new(Options.Create(new RunPodOptions { CallbackKey = key }), Options.Create(new AppOptions()));
        var job = Guid.Parse("0190a000-0000-7000-8000-000000000001");
        var token = With("key-of-sixteen-chars").For(job);
        Assert.Matches("^[0-9a-f]{64}$", token);
        Assert.True(With("key-of-sixteen-chars").IsValid(job, token));
        Assert.False(With("another-key-of-some").IsValid(job, token));
        Assert.False(With("key-of-sixteen-chars").IsValid(Guid.NewGuid(), token));
        Assert.False(With("key-of-sixteen-chars").IsValid(job, null));
    }

    private async Task<HttpResponseMessage> PostAsync(ScriptedJob work, byte[] body)
    {
        using var client = stack.App.CreateClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return await client.PostAsync(work.Webhook.PathAndQuery, content);
    }

    /// <summary>A body that never sends its first byte.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
