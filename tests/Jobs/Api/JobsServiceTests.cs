using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The gRPC service, called as another service calls it.</summary>
public class JobsServiceTests(JobsStack stack) : IClassFixture<JobsStack>
{
    private V1.JobsService.JobsServiceClient Client => new(stack.App.Invoker());

    [Fact]
    public async Task GetJob_returns_the_job_of_the_user()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        var ended = await user.EndsAsync(jobId, "failed");

        var job = await Client.GetJobAsync(new GetJobRequest { UserId = $"{user.UserId}", JobId = $"{jobId}" });

        Assert.Equal(
            ($"{jobId}", "framing", V1.JobStatus.Failed, 5, 5),
            (job.JobId, job.Type, job.Status, job.CostCents, job.RefundedCents));
        Assert.Equal(ended.GetProperty("created_at").GetDateTimeOffset(), job.CreatedAt.ToDateTimeOffset());
        Assert.Equal(ended.GetProperty("updated_at").GetDateTimeOffset(), job.UpdatedAt.ToDateTimeOffset());
    }

    [Fact]
    public async Task GetJob_rejects_unknown_jobs_and_malformed_ids()
    {
        var user = await stack.UserAsync();
        var other = await stack.UserAsync();
        var jobId = await user.CreateAsync();

        Assert.Equal((StatusCode.NotFound, "job_not_found"), await ErrorAsync($"{other.UserId}", $"{jobId}"));
        Assert.Equal((StatusCode.NotFound, "job_not_found"), await ErrorAsync($"{user.UserId}", $"{Guid.NewGuid()}"));
        foreach (var malformed in new[] { "", "x", $"{jobId:N}", $"{jobId}\0" })
        {
            Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), await ErrorAsync(malformed, $"{jobId}"));
            Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), await ErrorAsync($"{user.UserId}", malformed));
        }
    }

    private async Task<(StatusCode, string?)> ErrorAsync(string userId, string jobId)
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await Client.GetJobAsync(new GetJobRequest { UserId = userId, JobId = jobId }));
        return (error.StatusCode, error.ErrorCode());
    }
}
