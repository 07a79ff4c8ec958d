using System.Text.Json;
using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job's receipt names the ledger's transfers, which its user finds in the statement.</summary>
public sealed class ReceiptTests(ReceiptTests.Rig rig) : IClassFixture<ReceiptTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    private V1.JobsService.JobsServiceClient Service => new(_stack.App.Invoker());

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task A_completed_job_shows_its_hold_its_charge_and_its_run()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var open = (await user.GetAsync(jobId)).GetProperty("receipt");
        Assert.Equal((5, "null", "null"), (open.GetProperty("quoted_cents").GetInt64(), Text(open, "settled"), Text(open, "refunded")));
        await CompleteAsync(await _stack.SubmittedAsync(jobId), 1500);
        var receipt = (await user.EndsAsync(jobId, "completed")).GetProperty("receipt");

        var held = await EntryAsync(user, EntryReason.Debit);
        Assert.Equal(-5, held.ChangeCents);
        Assert.Equal($$"""{"cents":5,"transfer_id":"{{held.Id}}"}""", Text(receipt, "held"));
        Assert.Equal(5, receipt.GetProperty("settled").GetProperty("cents").GetInt64());
        Assert.NotEmpty(receipt.GetProperty("settled").GetProperty("transfer_id").GetString()!);
        Assert.Equal("""{"cents":0,"transfer_id":null}""", Text(receipt, "refunded"));
        Assert.Equal((1.5m, 0m), (receipt.GetProperty("gpu_seconds").GetDecimal(), receipt.GetProperty("orphan_gpu_seconds").GetDecimal()));
        var run = Assert.Single(receipt.GetProperty("runs").EnumerateArray());
        Assert.Equal(
            (1, "completed", 1.5m),
            (run.GetProperty("number").GetInt32(), run.GetProperty("state").GetString(), run.GetProperty("gpu_seconds").GetDecimal()));
        Assert.True(run.GetProperty("submitted_at").GetDateTimeOffset() <= run.GetProperty("ended_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task That_nothing_was_charged_is_proven_by_two_entries_of_the_statement()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await _stack.SubmittedAsync(jobId)).Status = "FAILED";
        var receipt = (await user.EndsAsync(jobId, "failed")).GetProperty("receipt");

        var (held, refunded) = (await EntryAsync(user, EntryReason.Debit), await EntryAsync(user, EntryReason.Refund));
        Assert.Equal(0, held.ChangeCents + refunded.ChangeCents);
        Assert.Equal($$"""{"cents":5,"transfer_id":"{{held.Id}}"}""", Text(receipt, "held"));
        Assert.Equal("""{"cents":0,"transfer_id":null}""", Text(receipt, "settled"));
        Assert.Equal($$"""{"cents":5,"transfer_id":"{{refunded.Id}}"}""", Text(receipt, "refunded"));
    }

    [Fact]
    public async Task What_a_job_cost_less_than_its_hold_is_returned_and_named()
    {
        var usual = _stack.Source;
        _stack.Source = SampleBytes.Mp4(2000, seconds: 100);
        var user = await _stack.UserAsync();
        _stack.Source = usual;
        var jobId = await user.CreateAsync("upscale");
        var work = await _stack.SubmittedAsync(jobId);
        // As long as the source, but for a rounding.
        await work.DeliverAsync(new { duration_s = 98.4 });
        var job = await user.EndsAsync(jobId, "completed", unusedCents: 1);

        var refunded = await EntryAsync(user, EntryReason.Refund);
        Assert.Equal((1, 100), (job.GetProperty("refunded_cents").GetInt64(), job.GetProperty("cost_cents").GetInt64()));
        Assert.Equal(99, job.GetProperty("receipt").GetProperty("settled").GetProperty("cents").GetInt64());
        Assert.Equal($$"""{"cents":1,"transfer_id":"{{refunded.Id}}"}""", Text(job.GetProperty("receipt"), "refunded"));
        Assert.Equal([100, -100, 1], await user.StatementAsync());
    }

    [Fact]
    public async Task The_receipt_of_an_operator_has_the_cost_of_each_run_and_of_orphans()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var first = await _stack.SubmittedAsync(jobId);
        (first.Error, first.ExecutionTime, first.WorkerId, first.Status) = ("the worker exited", 900, "worker-1", "FAILED");
        var second = await Eventually.BecomesAsync(
            () => Task.FromResult(_stack.RunPod.JobsOf(jobId).FirstOrDefault(job => job != first)!), job => job is not null,
            "there is a second run");
        await CompleteAsync(second, 2000);
        var receipt = (await user.EndsAsync(jobId, "completed")).GetProperty("receipt");
        Assert.Equal(
            (2.9m, 0.9m), (receipt.GetProperty("gpu_seconds").GetDecimal(), receipt.GetProperty("orphan_gpu_seconds").GetDecimal()));
        Assert.DoesNotContain("microdollars", receipt.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(first.Id, receipt.GetRawText(), StringComparison.Ordinal);

        var full = await Service.GetReceiptAsync(new GetReceiptRequest { JobId = jobId.ToString() });
        Assert.Equal((930, 310), (full.ProviderMicrodollars, full.OrphanMicrodollars));
        Assert.Equal(
            [$"failed {first.Id} worker-1 310", $"completed {second.Id}  620"],
            full.Runs.Select(run => $"{run.State} {run.RunpodId} {run.WorkerId} {run.ProviderMicrodollars}"));
        Assert.Equal(
            (user.UserId.ToString(), true, 5, 0), (full.UserId, full.Settled, full.SettledCents, full.RefundedCents));
        Assert.Equal(receipt.GetProperty("held").GetProperty("transfer_id").GetString(), full.HoldTransferId);
    }

    [Fact]
    public async Task List_and_stream_have_no_receipt_and_another_user_finds_none()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await CompleteAsync(await _stack.SubmittedAsync(jobId), 100);
        await user.EndsAsync(jobId, "completed");
        Assert.DoesNotContain("receipt", await user.Client.GetStringAsync("/api/jobs"), StringComparison.Ordinal);
        Assert.DoesNotContain("receipt", await user.Client.GetStringAsync($"/api/jobs/{jobId}/events"), StringComparison.Ordinal);
        var other = await _stack.UserAsync(cents: 0);
        using var response = await other.Client.GetAsync($"/api/jobs/{jobId}");
        Assert.Equal(404, (int)response.StatusCode);
        var missing = await Assert.ThrowsAsync<RpcException>(
            async () => await Service.GetReceiptAsync(new GetReceiptRequest { JobId = Guid.NewGuid().ToString() }));
        Assert.Equal(JobsErrorCodes.JobNotFound, missing.ErrorCode());
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetRawText();

    private static async Task CompleteAsync(ScriptedJob work, long milliseconds)
    {
        await work.PutOutputAsync();
        (work.ExecutionTime, work.Status) = (milliseconds, "COMPLETED");
    }

    private async Task<Entry> EntryAsync(JobUser user, EntryReason reason)
    {
        var entries = await _stack.Wallet.ListEntriesAsync(new ListEntriesRequest { UserId = user.UserId.ToString(), Limit = 100 });
        return Assert.Single(entries.Entries, entry => entry.Reason == reason);
    }

    /// <summary>A stack that knows what a second of the GPU costs.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        public JobsStack Stack { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(("RunPod:MicrodollarsPerSecond", "310"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
