using System.Net;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>A wallet that is frozen while a job runs pays for what is delivered, gets the rest back, and orders nothing more.</summary>
public sealed class FrozenWalletTests(LocalRunPodRig rig) : IClassFixture<LocalRunPodRig>
{
    private const long Cost = LocalRunPodRig.CostCents;

    [Theory]
    [InlineData(null, "completed")]
    [InlineData("no_output", "failed")]
    [InlineData("stall_worker", "cancelled")]
    public async Task The_job_ends_as_with_any_wallet(string? kind, string end)
    {
        await rig.ClearFaultsAsync();
        var fault = kind is null ? null : await rig.FaultAsync("POST /v2/local/run", kind, times: 3);
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await rig.Stack.Wallet.FreezeAsync(new FreezeRequest { UserId = user.UserId.ToString(), Reference = "dispute" });
        using (var refused = await user.PostAsync("/api/jobs", user.Job()))
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        if (end == "cancelled")
        {
            using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
            {
            }
        }
        await user.EndsAsync(jobId, end);
        if (fault is not null && end != "cancelled")
        {
            await rig.HasStruckAsync(fault);
        }
        Assert.Equal(end == "completed" ? [100, -Cost] : [100, -Cost, Cost], await user.StatementAsync());
    }
}
