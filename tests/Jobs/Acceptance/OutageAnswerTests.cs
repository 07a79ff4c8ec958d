using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A service that accepts the connection and does not answer is an outage: 503, not 500.</summary>
public sealed class OutageAnswerTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(("Jobs:AbandonAfterSeconds", "3"));
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_wallet_that_does_not_answer_is_503_and_the_job_is_abandoned()
    {
        var user = await _stack.UserAsync();
        _stack.WalletGate.HoldRequests = true;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "wallet_unavailable"), await CreateAsync(user));
        _stack.WalletGate.Drop();
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>($"select count(*) from jobs where user_id = '{user.UserId}'") == 0,
            "the job is abandoned");
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_storage_that_does_not_answer_is_503_and_there_is_no_job()
    {
        var user = await _stack.UserAsync();
        _stack.StorageGate.HoldRequests = true;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), await CreateAsync(user));
        Assert.Equal(0, await _stack.JobsDatabase.ScalarAsync<long>("select count(*) from jobs"));
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    private static async Task<(HttpStatusCode, string?)> CreateAsync(JobUser user)
    {
        using var response = await user.PostAsync("/api/jobs", user.Job());
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }
}
