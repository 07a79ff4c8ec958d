using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>A user of the stack, with a client that sends the headers of the Gateway.</summary>
public sealed class JobUser(JobsStack stack, HttpClient client, Guid userId, string sourceKey, long seedCents)
{
    private static readonly string[] Final = ["completed", "failed", "cancelled", "timed_out"];

    public HttpClient Client => client;

    public Guid UserId => userId;

    public string SourceKey => sourceKey;

    public JobUser On(ServiceApp app) => new(stack, app.CreateClient(userId), userId, sourceKey, seedCents);

    /// <summary>A request for a job; without <paramref name="seconds"/> it does not say how long the source is.</summary>
    public object Job(string type = "framing", decimal? seconds = null)
    {
        var track = type == "track" ? new { time = 0, x = 10, y = 10, width = 100, height = 100 } : null;
        return new { project_id = "project", type, @params = new { source_key = sourceKey, duration_s = seconds, track } };
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body, string? idempotencyKey = null) =>
        PostTextAsync(path, JsonSerializer.Serialize(body), idempotencyKey);

    public async Task<HttpResponseMessage> PostTextAsync(string path, string json, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        return await client.SendAsync(request);
    }

    /// <summary>A job; with the usual source of 30 seconds framing costs 5.</summary>
    public async Task<Guid> CreateAsync(string type = "framing")
    {
        using var response = await PostAsync("/api/jobs", Job(type));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("job_id").GetGuid();
    }

    public Task<JsonElement> GetAsync(Guid jobId) => client.GetFromJsonAsync<JsonElement>($"/api/jobs/{jobId}");

    public Task<JsonElement> BecomesAsync(Guid jobId, string status) => Eventually.BecomesAsync(
        () => GetAsync(jobId),
        job => job.GetProperty("status").GetString() is { } now && (now == status || Final.Contains(now)),
        $"job is {status}");

    /// <summary>Waits for the end and compares the job with the wallet.</summary>
    /// <param name="jobId">The only job of the user that may be charged.</param>
    /// <param name="status">How it must end.</param>
    /// <param name="unusedCents">How much less than its price it costs when it completes.</param>
    public async Task<JsonElement> EndsAsync(Guid jobId, string status, long unusedCents = 0)
    {
        var job = await Eventually.BecomesAsync(
            () => GetAsync(jobId), job => Final.Contains(job.GetProperty("status").GetString()), $"job ends as {status}");
        // Read without waiting: the money has moved before a job is shown as ended.
        var balance = await BalanceAsync();
        var cost = job.GetProperty("cost_cents").GetInt64();
        var kept = status == "completed" ? cost - unusedCents : 0;
        Assert.Equal(status, job.GetProperty("status").GetString());
        Assert.Equal(cost - kept, job.GetProperty("refunded_cents").GetInt64());
        Assert.Equal((seedCents - kept, 0), balance);
        return job;
    }

    /// <summary>Delivers the job's output as soon as RunPod has the job, and waits for its end.</summary>
    public async Task<JsonElement> CompletesAsync(Guid jobId)
    {
        var work = await stack.SubmittedAsync(jobId);
        await work.DeliverAsync();
        await stack.HurryAsync(userId);
        return await EndsAsync(jobId, "completed");
    }

    public async Task<(long Balance, long Held)> BalanceAsync()
    {
        var balance = await stack.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = userId.ToString() });
        return (balance.BalanceCents, balance.HeldCents);
    }

    /// <summary>The wallet's movements, oldest first.</summary>
    public async Task<IReadOnlyList<long>> StatementAsync()
    {
        var entries = await stack.Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = userId.ToString(), Limit = 100 });
        return [.. entries.Entries.Select(entry => entry.ChangeCents).Reverse()];
    }
}
