using System.Net;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Many streams share the few database connections of their replicas.</summary>
public sealed class StreamConnectionTests : IAsyncLifetime
{
    private const int StreamsPerReplica = 100;
    private readonly JobsStack _stack = new();
    private ServiceApp _other = null!;

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        // Of the tests' databases the connection string names a size.
        var usual = new NpgsqlConnectionStringBuilder(_stack.JobsDatabase.ConnectionString);
        usual.Remove("Maximum Pool Size");
        (string, string)[] settings = [("ConnectionStrings:jobsdb", usual.ConnectionString)];
        await _stack.UseJobsAsync(settings);
        _other = await _stack.StartJobsAsync(settings);
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task Two_hundred_streams_that_are_opened_at_once_take_ten_connections_of_each_replica_and_hold_none()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _stack.SubmittedAsync(jobId);
        // Each with a connection of its own, as from browsers: one of HTTP/2 carries no more than a hundred.
        var streams = await Task.WhenAll(Enumerable.Range(0, StreamsPerReplica).SelectMany(
            _ => new[] { OpenAsync(user.On(_stack.App), jobId), OpenAsync(user.On(_other), jobId) }));
        Assert.All(streams, stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
        Assert.InRange(await ConnectionsAsync(), 3, 20);
        // While all are open, there are connections for others.
        Assert.Equal(jobId, (await user.GetAsync(jobId)).GetProperty("job_id").GetGuid());
        Assert.Equal(jobId, (await user.On(_other).GetAsync(jobId)).GetProperty("job_id").GetGuid());
        Array.ForEach(streams, stream => stream.Dispose());
    }

    private Task<long> ConnectionsAsync() => _stack.JobsDatabase.ScalarAsync<long>(
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'Jobs'");

    private static Task<HttpResponseMessage> OpenAsync(JobUser user, Guid jobId) => user.Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, $"/api/jobs/{jobId}/events")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },
        HttpCompletionOption.ResponseHeadersRead);
}
