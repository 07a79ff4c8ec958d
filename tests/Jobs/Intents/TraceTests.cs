using System.Diagnostics;
using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job is one trace, over its intents and over RunPod, which sends nothing of ours back.</summary>
public sealed class TraceTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly RecordedSpans _spans = new();

    public void Dispose() => _spans.Dispose();

    [Fact]
    public async Task A_job_is_one_trace_from_the_click_over_the_callback_to_the_settled_hold()
    {
        var user = await stack.UserAsync();
        var (click, jobId) = await ClickAsync(user);
        var work = await stack.SubmittedAsync(jobId);
        using (var answer = await stack.CallBackAsync(work))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await work.DeliverAsync();
        await user.EndsAsync(jobId, "completed");

        var dispatch = await _spans.FirstAsync(click.TraceId, "dispatch job");
        var callback = await _spans.FirstAsync(click.TraceId, "receive callback");
        var charge = await _spans.FirstAsync(click.TraceId, "end_hold job");
        Assert.True(_spans.IsBelow(dispatch, click));
        Assert.Contains(_spans.Of(click.TraceId), span => span.Kind == ActivityKind.Client && _spans.IsBelow(span, dispatch)
            && span.GetTagItem("server.port") is int port && port == stack.RunPod.Url.Port);
        Assert.True(_spans.IsBelow(charge, callback));
        Assert.True(_spans.IsBelow(await _spans.FirstAsync(click.TraceId, "SettleHold", ActivityKind.Server), charge));
        // The callback's request is a trace of its own.
        Assert.NotEqual(click.TraceId, Assert.Single(callback.Links).Context.TraceId);
    }

    [Fact]
    public async Task A_cancellation_joins_the_trace_of_the_job_and_links_to_its_own()
    {
        var user = await stack.UserAsync();
        var (click, jobId) = await ClickAsync(user);
        await stack.SubmittedAsync(jobId);
        Activity cancel;
        using (cancel = _spans.StartTrace())
        {
            using var answer = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
        await user.EndsAsync(jobId, "cancelled");

        var received = await _spans.FirstAsync(click.TraceId, "receive cancellation");
        Assert.Equal(cancel.TraceId, Assert.Single(received.Links).Context.TraceId);
        var released = await _spans.FirstAsync(click.TraceId, "ReleaseHold", ActivityKind.Server);
        // The span between the two ends last.
        await _spans.FirstAsync(click.TraceId, "end_hold job");
        Assert.True(_spans.IsBelow(released, received));
    }

    [Fact]
    public async Task A_loop_that_finds_no_work_starts_no_span_of_its_own()
    {
        var user = await stack.UserAsync();
        var (click, jobId) = await ClickAsync(user);
        await user.CompletesAsync(jobId);
        await _spans.FirstAsync(click.TraceId, "end_hold job");

        var jobs = _spans.All("ReelBallers.Jobs").ToList();
        Assert.NotEmpty(jobs);
        Assert.All(jobs, span => Assert.NotNull(span.GetTagItem("reelballers.job.id")));
    }

    private async Task<(Activity Click, Guid JobId)> ClickAsync(JobUser user)
    {
        using var click = _spans.StartTrace();
        return (click, await user.CreateAsync());
    }
}
