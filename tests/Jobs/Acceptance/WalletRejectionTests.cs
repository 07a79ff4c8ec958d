using System.Net;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>Every error of the wallet is mapped to a response, and a rejected job leaves nothing behind.</summary>
public sealed class WalletRejectionTests(WalletRejectionTests.Rig rig) : IClassFixture<WalletRejectionTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;
    private readonly ScriptedWallet _wallet = rig.Wallet;

    public void Dispose() => _wallet.Heal();

    [Theory]
    [InlineData("/api/jobs")]
    [InlineData("/api/export")]
    public async Task A_frozen_wallet_is_403_and_leaves_no_job(string path)
    {
        var user = await _stack.UserAsync();
        await _stack.Wallet.FreezeAsync(new FreezeRequest { UserId = user.UserId.ToString(), Reference = "dispute" });

        await IsAnsweredAsync(user, HttpStatusCode.Forbidden, "wallet_frozen", path);
        await NothingIsLeftAsync(user);

        await _stack.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = user.UserId.ToString(), Reference = "dispute" });
        await user.CreateAsync();
    }

    [Fact]
    public async Task A_wallet_that_was_joined_is_403_and_leaves_no_job()
    {
        var user = await _stack.UserAsync();
        await _stack.Wallet.JoinWalletsAsync(new JoinWalletsRequest
        {
            FromUserId = user.UserId.ToString(),
            IntoUserId = Guid.NewGuid().ToString(),
            IdempotencyKey = "join",
            Actor = "test",
        });

        await IsAnsweredAsync(user, HttpStatusCode.Forbidden, "wallet_joined");
        await NothingIsLeftAsync(user, 0);
    }

    [Fact]
    public async Task Insufficient_funds_are_402_and_leave_no_job()
    {
        var user = await _stack.UserAsync(4);
        await IsAnsweredAsync(user, HttpStatusCode.PaymentRequired, "insufficient_funds");
        await NothingIsLeftAsync(user, 4);
    }

    [Fact]
    public async Task A_hold_under_another_key_is_released_and_answered_with_409()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = async request =>
        {
            request = request.Clone();
            request.IdempotencyKey = "another";
            await _stack.Wallet.PlaceHoldAsync(request);
        };
        await IsAnsweredAsync(user, HttpStatusCode.Conflict, "idempotency_key_reused");
        await NothingIsLeftAsync(user);
    }

    [Fact]
    public async Task A_hold_of_another_amount_under_the_same_key_is_released_and_answered_with_409()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = async request =>
        {
            request = request.Clone();
            request.AmountCents++;
            await _stack.Wallet.PlaceHoldAsync(request);
        };
        await IsAnsweredAsync(user, HttpStatusCode.Conflict, "idempotency_key_reused");
        await NothingIsLeftAsync(user);
    }

    [Fact]
    public async Task A_hold_that_cannot_be_released_at_once_is_released_later()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = async request =>
        {
            request = request.Clone();
            request.IdempotencyKey = "another";
            await _stack.Wallet.PlaceHoldAsync(request);
        };
        _wallet.BeforeEnd = () => throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        await IsAnsweredAsync(user, HttpStatusCode.ServiceUnavailable, "wallet_unavailable");
        Assert.Equal((95, 5), await user.BalanceAsync());

        _wallet.BeforeEnd = null;
        await Eventually.BecomesAsync(user.BalanceAsync, balance => balance == (100, 0), "the hold is released");
    }

    [Fact]
    public async Task A_hold_that_the_wallet_rejects_as_invalid_is_500_and_leaves_no_job()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = _ => throw Refusal(StatusCode.InvalidArgument, "invalid_argument");
        await IsAnsweredAsync(user, HttpStatusCode.InternalServerError, "internal_error");
        await NothingIsLeftAsync(user);
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "overloaded")]
    [InlineData(StatusCode.Unavailable, "database_unavailable")]
    [InlineData(StatusCode.Internal, "internal_error")]
    [InlineData(StatusCode.FailedPrecondition, "a_code_of_the_future")]
    [InlineData(StatusCode.FailedPrecondition, "hold_settled")]
    [InlineData(StatusCode.Unavailable, null)]
    [InlineData(StatusCode.DeadlineExceeded, null)]
    [InlineData(StatusCode.Unauthenticated, null)]
    public async Task An_answer_that_leaves_the_hold_unknown_is_503_and_the_job_is_abandoned(StatusCode status, string? code)
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = _ => throw Refusal(status, code);
        await IsAnsweredAsync(user, HttpStatusCode.ServiceUnavailable, "wallet_unavailable");
        await IsAbandonedAsync(user);
        await NothingIsLeftAsync(user);
    }

    [Fact]
    public async Task A_wallet_that_does_not_answer_in_time_is_503_and_the_job_is_abandoned()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = async _ => await Task.Delay(Timeout.InfiniteTimeSpan, new CancellationTokenSource(0).Token);
        await IsAnsweredAsync(user, HttpStatusCode.ServiceUnavailable, "wallet_unavailable");
        await IsAbandonedAsync(user);
        await NothingIsLeftAsync(user);
    }

    private static RpcException Refusal(StatusCode status, string? code) =>
        code is null ? new RpcException(new Status(status, "")) : RpcErrors.Reject(status, code, "refused");

    private static async Task IsAnsweredAsync(JobUser user, HttpStatusCode status, string code, string path = "/api/jobs")
    {
        object body = path == "/api/jobs"
            ? user.Job()
            : new { source_key = user.SourceKey, duration_s = 30, target_resolution = "1080p" };
        using var response = await user.PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, text);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }

    private async Task NothingIsLeftAsync(JobUser user, long balance = 100)
    {
        Assert.Equal("""{"jobs":[],"next_cursor":null}""", await user.Client.GetStringAsync("/api/jobs"));
        Assert.Equal(0, await JobsOfAsync(user));
        Assert.Equal(0, await _stack.JobsDatabase.ScalarAsync<long>(
            "select count(*) from intents where job_id not in (select job_id from jobs)"));
        Assert.Equal((balance, 0), await user.BalanceAsync());
    }

    /// <summary>Waits for the steps of an abandoned job without the pauses between them.</summary>
    private Task IsAbandonedAsync(JobUser user) => Eventually.BecomesAsync(
        () => _stack.HurryAsync(user.UserId), jobs => jobs == 0, "the job is abandoned");

    private Task<long> JobsOfAsync(JobUser user) =>
        _stack.JobsDatabase.ScalarAsync<long>($"select count(*) from jobs where user_id = '{user.UserId}'");

    public sealed class Rig : IAsyncLifetime
    {
        public JobsStack Stack { get; } = new();

        public ScriptedWallet Wallet { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(Wallet, ("Jobs:AbandonAfterSeconds", "3"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
