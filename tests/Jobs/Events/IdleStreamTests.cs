using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>What reading jobs costs the database.</summary>
public sealed class IdleStreamTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly CollectedLogs _logs = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(
            _logs.Register, ("Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command", "Information"),
            ("Jobs:FirstPollSeconds", "600"), ("Jobs:PollSeconds", "600"), ("Jobs:MaxPollSeconds", "600"),
            ("MarginGuard:IntervalSeconds", "3600"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stack.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task Lists_jobs_and_streams_do_not_load_the_work()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _stack.SubmittedAsync(jobId);
        await IdleAsync();
        _logs.Clear();
        await user.GetAsync(jobId);
        await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs");
        await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs?status=queued&limit=5");
        using var stream = await OpenAsync(user, jobId);
        var reads = _logs.Lines.Where(line => line.Contains("FROM jobs", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, reads.Count(line => line.Contains("j.version", StringComparison.Ordinal)));
        Assert.All(reads, line => Assert.DoesNotContain("j.work", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Idle_streams_read_nothing_from_the_database()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _stack.SubmittedAsync(jobId);
        var streams = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => OpenAsync(user, jobId)));
        await IdleAsync();
        var before = await ReadsAsync();
        // Each stream has sent a comment: 15 seconds have passed.
        await Task.WhenAll(streams.Select(CommentAsync));
        Assert.Equal(before, await ReadsAsync());
        Array.ForEach(streams, stream => stream.Dispose());
    }

    /// <summary>Waits until the statistics of the database no longer change.</summary>
    private async Task IdleAsync()
    {
        var last = "";
        await Eventually.IsTrueAsync(
            async () =>
            {
                var before = last;
                last = await ReadsAsync();
                // A server process that has reported within the last second reports the rest when it has been idle for ten.
                await _stack.JobsDatabase.ExecuteAsync("select pg_sleep(11)");
                return before == last;
            },
            "no statement reads jobs");
    }

    private Task<string> ReadsAsync() => _stack.JobsDatabase.ScalarAsync<string>(
        "select coalesce(idx_scan, 0) || ' ' || seq_scan from pg_stat_user_tables where relname = 'jobs'");

    private static async Task<StreamReader> OpenAsync(JobUser user, Guid jobId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/jobs/{jobId}/events")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var response = await user.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }
        return reader;
    }

    private static async Task CommentAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line && line[..1] != ":")
        {
        }
    }
}
