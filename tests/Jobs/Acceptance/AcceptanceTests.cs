using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>Job, hold and intent agree after every outcome, and no user sees a job before its hold is confirmed.</summary>
public sealed class AcceptanceTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly ScriptedWallet _wallet = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(_wallet, ("Jobs:AbandonAfterSeconds", "6"));
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_repeated_request_does_not_rest_on_the_late_and_released_hold_of_a_forgotten_job()
    {
        var user = await _stack.UserAsync();
        PlaceHoldRequest? late = null;
        _wallet.BeforeHold = request =>
        {
            late = request.Clone();
            throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        };
        using (var lost = await user.PostAsync("/api/jobs", user.Job(), "key"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        }
        _wallet.BeforeHold = null;
        await Eventually.IsTrueAsync(async () => await CountAsync("jobs") == 0, "the job is forgotten");
        await _stack.Wallet.PlaceHoldAsync(late!);
        // As its expiry would.
        await _stack.Wallet.ReleaseHoldAsync(
            new ReleaseHoldRequest { UserId = user.UserId.ToString(), JobId = late!.JobId, IdempotencyKey = "expiry" });

        using var again = await user.PostAsync("/api/jobs", user.Job(), "key");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal((95, 5), await user.BalanceAsync());
        await user.CompletesAsync((await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid());
    }

    [Fact]
    public async Task Two_attempts_of_one_request_make_one_job_with_one_hold()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeHold = async request =>
        {
            // The hold is placed, and its answer is lost.
            await _stack.Wallet.PlaceHoldAsync(request);
            throw new RpcException(new Status(StatusCode.Unavailable, "down"));
        };
        using (var lost = await user.PostAsync("/api/jobs", user.Job(), "key"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        }
        _wallet.BeforeHold = null;
        using var again = await user.PostAsync("/api/jobs", user.Job(), "key");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(1, await CountAsync("jobs"));
        Assert.Equal((95, 5), await user.BalanceAsync());
        await user.CompletesAsync((await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid());
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_hold_expires_after_the_latest_possible_end_of_its_job()
    {
        var user = await _stack.UserAsync();
        DateTimeOffset? expiry = null;
        _wallet.BeforeHold = request =>
        {
            expiry = request.ExpiresAt?.ToDateTimeOffset();
            return Task.CompletedTask;
        };
        var before = TimeProvider.System.GetUtcNow();
        await user.CreateAsync();
        var options = new JobsOptions();
        Assert.NotNull(expiry);
        Assert.InRange(
            expiry.Value - before, options.QueueTimeout + options.Lifetime(30) + TimeSpan.FromHours(1), TimeSpan.FromDays(1));
    }

    private Task<long> CountAsync(string table) => _stack.JobsDatabase.ScalarAsync<long>($"select count(*) from {table}");
}
