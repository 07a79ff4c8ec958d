using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job whose hold is not confirmed yet; the wallet has all the time that the test needs.</summary>
public sealed class HiddenJobTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly ScriptedWallet _wallet = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(_wallet, ("Jobs:AbandonAfterSeconds", "300"));
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_job_is_not_visible_before_its_hold_is_confirmed()
    {
        var user = await _stack.UserAsync();
        using var go = new SemaphoreSlim(0);
        var asked = new TaskCompletionSource<Guid>();
        _wallet.BeforeHold = async request =>
        {
            asked.TrySetResult(Guid.Parse(request.JobId));
            await go.WaitAsync();
        };
        var answer = user.PostAsync("/api/jobs", user.Job());
        var jobId = await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal("""{"jobs":[],"next_cursor":null}""", await user.Client.GetStringAsync("/api/jobs"));
        Assert.Equal("""{"jobs":[],"next_cursor":null}""", await user.Client.GetStringAsync("/api/jobs?status=created"));
        foreach (var path in new[] { $"/api/jobs/{jobId}", $"/api/status/{jobId}", $"/api/jobs/{jobId}/events", $"/api/download/{jobId}" })
        {
            using var hidden = await user.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, hidden.StatusCode));
        }
        using (var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
            Assert.Equal(HttpStatusCode.NotFound, cancel.StatusCode);
        }

        go.Release();
        using var accepted = await answer;
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await user.CompletesAsync(jobId);
    }
}
