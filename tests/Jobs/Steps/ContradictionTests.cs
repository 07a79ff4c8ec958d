using Grpc.Core;
using Google.Protobuf.WellKnownTypes;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>Books that contradict the end of a job are left to an operator, and the job ends all the same.</summary>
public sealed class ContradictionTests : IClassFixture<ContradictionTests.Rig>, IDisposable
{
    private readonly JobsStack _stack;
    private readonly ScriptedWallet _wallet;
    private readonly CollectedLogs _logs;
    private int _ends;

    public ContradictionTests(Rig rig)
    {
        (_stack, _wallet, _logs) = (rig.Stack, rig.Wallet, rig.Logs);
        _wallet.BeforeEnd = () =>
        {
            Interlocked.Increment(ref _ends);
            return Task.CompletedTask;
        };
    }

    public void Dispose() => _wallet.Heal();

    [Fact]
    public async Task A_completed_job_whose_hold_has_expired_stays_completed_and_is_left_to_an_operator()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = request =>
        {
            request.ExpiresAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddSeconds(3));
            return Task.CompletedTask;
        };
        var jobId = await user.CreateAsync();
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == (100, 0), "the hold has expired");
        await DeliverAsync(jobId);
        await IsLeftToAnOperatorAsync(user, jobId, "hold_expired");
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_completed_job_whose_hold_was_released_stays_completed_and_is_left_to_an_operator()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _stack.Wallet.ReleaseHoldAsync(
            new ReleaseHoldRequest { UserId = user.UserId.ToString(), JobId = jobId.ToString(), IdempotencyKey = "operator" });
        await DeliverAsync(jobId);
        await IsLeftToAnOperatorAsync(user, jobId, "hold_released");
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "invalid_argument")]
    [InlineData(StatusCode.FailedPrecondition, "wallet_frozen")]
    [InlineData(StatusCode.NotFound, "hold_not_found")]
    public async Task A_settlement_that_the_wallet_rejects_is_not_repeated_endlessly(StatusCode status, string code)
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        _wallet.BeforeEnd = () =>
        {
            Interlocked.Increment(ref _ends);
            throw RpcErrors.Reject(status, code, "refused");
        };
        await DeliverAsync(jobId);
        await IsLeftToAnOperatorAsync(user, jobId, code);
    }

    [Fact]
    public async Task A_failed_job_whose_hold_was_settled_is_not_shown_as_refunded()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _stack.Wallet.SettleHoldAsync(new SettleHoldRequest
        {
            UserId = user.UserId.ToString(),
            JobId = jobId.ToString(),
            IdempotencyKey = "operator",
            AmountCents = 5,
        });
        (await _stack.SubmittedAsync(jobId)).Status = "FAILED";
        await Eventually.IsTrueAsync(async () => await DeadReasonAsync(jobId) == "hold_settled", "an operator has it");
        Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        Assert.Equal(1, _ends);
    }

    private async Task IsLeftToAnOperatorAsync(JobUser user, Guid jobId, string reason)
    {
        var job = await user.BecomesAsync(jobId, "completed");
        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Equal(0, job.GetProperty("refunded_cents").GetInt64());
        Assert.Equal(reason, await DeadReasonAsync(jobId));
        Assert.Single(_logs.Lines, line => line.Contains($"contradict job {jobId}", StringComparison.Ordinal));
        Assert.Equal(1, _ends);
    }

    private Task<string?> DeadReasonAsync(Guid jobId) => _stack.JobsDatabase.ScalarAsync<string?>(
        $"select coalesce(max(last_error), '') from intents where job_id = '{jobId}' and kind = 'end_hold' and dead_since is not null");

    private async Task DeliverAsync(Guid jobId)
    {
        var work = await _stack.SubmittedAsync(jobId);
        await work.DeliverAsync();
    }

    public sealed class Rig : IAsyncLifetime
    {
        public JobsStack Stack { get; } = new();

        public ScriptedWallet Wallet { get; } = new();

        public CollectedLogs Logs { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(Wallet, Logs.Register);
        }

        public async ValueTask DisposeAsync()
        {
            await Stack.DisposeAsync();
            Logs.Dispose();
        }
    }
}
