using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

public sealed class MetricsTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly RecordedMetrics _metrics = new(stack.App.Services);

    public void Dispose()
    {
        stack.WalletGate.Reopen();
        _metrics.Dispose();
    }

    [Fact]
    public async Task A_job_that_ends_is_counted_once_with_its_attempts()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await user.CompletesAsync(jobId);

        await Eventually.IsTrueAsync(
            () => Task.FromResult(_metrics.Of("jobs.intents.attempt.duration", ("kind", "end_hold"), ("result", "done")).Count > 0),
            "the charge is measured");
        Assert.Equal([1], _metrics.Of("jobs.ended", ("type", "framing"), ("status", "completed")));
        Assert.Single(_metrics.Of("jobs.duration", ("type", "framing"), ("status", "completed")));
        Assert.Single(_metrics.Of("jobs.intents.attempt.duration", ("kind", "dispatch"), ("result", "done")));
    }

    [Fact]
    public async Task The_backlog_shows_due_and_dead_intents_by_kind()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await stack.SubmittedAsync(jobId);
        // The loops leave leased and dead rows alone.
        await stack.JobsDatabase.ExecuteAsync(
            $"""
            insert into intents (job_id, kind, due_at, attempts, failures, lease_id, leased_until)
              values ('{jobId}', 'end_hold', now() - interval '90 s', 0, 0, gen_random_uuid(), now() + interval '1 h');
            insert into intents (job_id, kind, due_at, attempts, failures, dead_since)
              values ('{jobId}', 'cancel', now(), 0, 0, now())
            """);
        await stack.App.Services.GetRequiredService<IntentObserver>().ReadAsync(default);

        Assert.Equal(1, _metrics.Gauge("jobs.intents.due", ("kind", "end_hold")));
        Assert.InRange(_metrics.Gauge("jobs.intents.oldest_due_age", ("kind", "end_hold")), 90, 3_600);
        Assert.Equal(1, _metrics.Gauge("jobs.intents.dead", ("kind", "cancel")));
        Assert.Equal(0, _metrics.Gauge("jobs.intents.dead", ("kind", "dispatch")));
        Assert.Equal(0, _metrics.Gauge("jobs.intents.oldest_due_age", ("kind", "abandon")));
    }

    [Fact]
    public void Every_instrument_has_a_unit_and_a_description() => Assert.All(_metrics.Instruments.Values, instrument =>
    {
        Assert.Matches("^[a-z]+(\\.[a-z_]+)+$", instrument.Name);
        Assert.False(string.IsNullOrEmpty(instrument.Unit), instrument.Name);
        Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name);
    });
}
