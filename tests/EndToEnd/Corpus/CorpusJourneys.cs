using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.Worker.Tests;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// Takes the videos of the corpus on the way of a user, several at once: upload by a signed URL, completion, export, job, download. Those
/// that must be rejected are rejected, and nothing is charged for them.
/// </summary>
public sealed class CorpusJourneys(Stack stack) : IAsyncLifetime
{
    private const long Credits = 5000;

    // Below the number of event streams that a user may have open.
    private readonly SemaphoreSlim _turns = new(Math.Min(Environment.ProcessorCount * 3, 16));
    private Dictionary<string, Task<long>> _journeys = [];
    private User _user = null!;

    public async ValueTask InitializeAsync()
    {
        await stack.IsHealthyAsync();
        _user = await User.ArriveAsync(stack);
        await _user.TopupAsync(Credits);
        _journeys = Worker.Tests.Corpus.All.ToDictionary(video => video.Name, TakeTurnAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_journeys.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        _user.Dispose();
        _turns.Dispose();
    }

    /// <summary>Waits for the journey of this video, which fails where it is not as expected.</summary>
    /// <returns>What was charged for it.</returns>
    public Task<long> EndAsync(string name) => _journeys[name];

    /// <summary>Waits for all journeys and compares what they were charged with the balance.</summary>
    public async Task<(long Charged, long Paid)> BooksAsync() =>
        ((await Task.WhenAll(_journeys.Values)).Sum(), Credits - await _user.BalanceAsync());

    private async Task<long> TakeTurnAsync(CorpusVideo video)
    {
        await _turns.WaitAsync();
        try
        {
            var source = await video.ReadAsync();
            if (!video.IsAccepted)
            {
                await IsRejectedAsync(source, video);
                return 0;
            }
            return await JobAsync(source, video);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task IsRejectedAsync(byte[] source, CorpusVideo video)
    {
        var key = await _user.PutAsync(source, video.File, video.ContentType);
        using var body = JsonContent.Create(new { key });
        using var answer = await _user.SendAsync(HttpMethod.Post, "/api/uploads/complete", body);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "not_a_video"), (answer.StatusCode, problem.GetProperty("code").GetString()));
    }

    private async Task<long> JobAsync(byte[] source, CorpusVideo video)
    {
        var order = JsonSerializer.SerializeToNode(video.Work ?? new { })!.AsObject();
        order["source_key"] = await _user.UploadAsync(source, video.File, video.ContentType);
        order["target_resolution"] = "720p";
        var accepted = await _user.PostAsync("/api/export", order);
        var cost = accepted.GetProperty("cost_cents").GetInt64();
        Assert.True(cost > 0);
        var id = accepted.GetProperty("job_id").GetString()!;
        var ended = (await _user.FollowAsync(id))[^1];
        var receipt = (await _user.GetAsync($"/api/jobs/{id}")).GetProperty("receipt");
        var charged = receipt.GetProperty("settled").GetProperty("cents").GetInt64();
        if (video.Error is { } pattern)
        {
            Assert.Equal("failed", ended.GetProperty("status").GetString());
            Assert.Matches(pattern, ended.GetProperty("error").GetString()!);
            Assert.Equal((cost, 0), (ended.GetProperty("refunded_cents").GetInt64(), charged));
            return 0;
        }
        Assert.True(ended.GetProperty("status").GetString() == "completed", ended.ToString());
        using var result = await _user.DownloadAsync(id);
        await video.CheckAsync(source, await File.ReadAllBytesAsync(result.Path));
        Assert.Equal(cost, charged);
        return charged;
    }
}
