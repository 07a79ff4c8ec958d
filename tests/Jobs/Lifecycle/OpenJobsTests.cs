using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The number of open jobs of a user is limited.</summary>
public sealed class OpenJobsTests(OpenJobsTests.Rig rig) : IClassFixture<OpenJobsTests.Rig>
{
    [Fact]
    public async Task Beyond_the_limit_a_job_is_rejected_and_nothing_is_held()
    {
        var user = await rig.Stack.UserAsync();
        for (var i = 0; i < Rig.Limit; i++)
        {
            await user.CreateAsync();
        }
        var before = await user.BalanceAsync();
        using var rejected = await user.PostAsync("/api/jobs", user.Job(), "one-more");
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.NotNull(rejected.Headers.RetryAfter);
        var problem = await rejected.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("too_many_open_jobs", problem.GetProperty("code").GetString());
        Assert.Equal(Rig.Limit, problem.GetProperty("max_open_jobs").GetInt32());
        Assert.Equal(before, await user.BalanceAsync());
        Assert.Equal(Rig.Limit, await JobsOfAsync(user));

        // Once one has ended, the same request is accepted; another user was never affected.
        await (await rig.Stack.UserAsync()).CreateAsync();
        var first = (await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs")[0].GetProperty("job_id").GetGuid();
        using (await user.PostAsync($"/api/jobs/{first}/cancel", new { }))
        {
        }
        await user.BecomesAsync(first, "cancelled");
        using var accepted = await user.PostAsync("/api/jobs", user.Job(), "one-more");
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task The_limit_is_exact_for_concurrent_requests_to_two_replicas()
    {
        var user = await rig.Stack.UserAsync(1000);
        var other = user.On(rig.Other);
        Task<HttpResponseMessage[]> asked;
        await using (var connection = new NpgsqlConnection(rig.Stack.JobsDatabase.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            // Jobs can be counted and not inserted until all have come that far.
            await using (var block = new NpgsqlCommand("lock table jobs in share mode", connection, transaction))
            {
                await block.ExecuteNonQueryAsync();
            }
            asked = Task.WhenAll(
                Enumerable.Range(0, 30).Select(i => (i % 2 == 0 ? user : other).PostAsync("/api/jobs", user.Job())));
            await Eventually.IsTrueAsync(
                () => rig.Stack.JobsDatabase.ScalarAsync<bool>(
                    """
                    select count(*) >= 20 from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query not like '%for update%'
                    """),
                "the requests wait for each other");
            await transaction.CommitAsync();
        }
        var responses = await asked;
        var statuses = responses.Select(response => response.StatusCode).ToList();
        Array.ForEach(responses, response => response.Dispose());
        Assert.Equal(Rig.Limit, statuses.Count(status => status == HttpStatusCode.Accepted));
        Assert.Equal(30 - Rig.Limit, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(Rig.Limit, await JobsOfAsync(user));
        Assert.Equal((1000 - (5 * Rig.Limit), 5 * Rig.Limit), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_repeated_request_is_answered_at_the_limit()
    {
        var user = await rig.Stack.UserAsync();
        using var first = await user.PostAsync("/api/jobs", user.Job(), "key");
        for (var i = 1; i < Rig.Limit; i++)
        {
            await user.CreateAsync();
        }
        using var again = await user.PostAsync("/api/jobs", user.Job(), "key");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
    }

    private Task<long> JobsOfAsync(JobUser user) =>
        rig.Stack.JobsDatabase.ScalarAsync<long>($"select count(*) from jobs where user_id = '{user.UserId}'");

    public sealed class Rig : IAsyncLifetime
    {
        public const int Limit = 4;

        public JobsStack Stack { get; } = new();

        public ServiceApp Other { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(("Jobs:MaxOpenJobsPerUser", $"{Limit}"));
            Other = await Stack.StartJobsAsync(("Jobs:MaxOpenJobsPerUser", $"{Limit}"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
