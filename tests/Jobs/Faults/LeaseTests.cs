using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>
/// A replica stands still in the middle of a step, until another has taken over its lease and done the step; then it goes on.
/// Both believe that the step is theirs, and it has its effect once.
/// </summary>
public sealed class LeaseTests : IAsyncLifetime
{
    private const long Cost = LocalRunPodRig.CostCents;

    private readonly Rig _rig = new();
    private readonly List<IDisposable> _replicas = [];

    public ValueTask InitializeAsync() => _rig.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _replicas.ForEach(replica => replica.Dispose());
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Two_holders_of_a_submission_start_one_run()
    {
        var first = await StartAsync();
        // Its answer is on its way while the replica stands still.
        var slow = await _rig.FaultAsync("POST /v2/local/run", "delay_after_effect", delayMs: 8000);
        var user = first.User(_rig.Stack, await _rig.Stack.UserAsync());
        var jobId = await user.CreateAsync();
        await _rig.HasStruckAsync(slow);
        var lease = await LeaseAsync(jobId, "dispatch");
        await first.PauseAsync();
        await TakesOverAsync(user, jobId, "dispatch", lease);
        await first.ResumeAsync();
        await GoesOnAsync(first, user);

        Assert.Equal([100, -Cost, -Cost], await user.StatementAsync());
        Assert.Equal(0, await _rig.Stack.JobsDatabase.ScalarAsync<long>("select count(*) from intents where dead_since is not null"));
        Assert.Equal("completed", await _rig.RunsAsync(jobId));
        await _rig.NothingRunsAsync();
    }

    [Fact]
    public async Task Two_holders_of_a_settlement_charge_once()
    {
        await using var gate = TcpGate.Open(_rig.Stack.WalletApp.Address);
        var first = await StartAsync(("services:wallet:http:0", gate.Address.ToString()));
        var user = first.User(_rig.Stack, await _rig.Stack.UserAsync());
        var jobId = await user.CreateAsync();
        // Settled in the wallet, while the replica does not know.
        gate.HoldAnswers = true;
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == (100 - Cost, 0), "the hold is settled");
        var lease = await LeaseAsync(jobId, "end_hold");
        await first.PauseAsync();
        gate.HoldAnswers = false;
        await TakesOverAsync(user, jobId, "end_hold", lease);
        await first.ResumeAsync();
        await GoesOnAsync(first, user);

        Assert.Equal([100, -Cost, -Cost], await user.StatementAsync());
        Assert.Equal(0, await _rig.Stack.JobsDatabase.ScalarAsync<long>("select count(*) from intents where dead_since is not null"));
    }

    private async Task<JobsProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var replica = await JobsProcess.StartAsync(_rig.Stack.Settings([.. _rig.AllSettings(), .. settings]));
        _replicas.Add(replica);
        // Each lease that is ever given, since intents keep only the last one.
        await _rig.Stack.JobsDatabase.ExecuteAsync(
            """
            create table if not exists leases (job_id uuid, kind text, lease_id uuid);
            create or replace function note_lease() returns trigger language plpgsql as
            $$ begin insert into leases values (new.job_id, new.kind, new.lease_id); return null; end $$;
            create or replace trigger note_lease after update on intents for each row
            when (new.lease_id is distinct from old.lease_id and new.lease_id is not null) execute function note_lease();
            """);
        return replica;
    }

    /// <summary>A second replica ends the job, after it has leased the step of the first one.</summary>
    private async Task TakesOverAsync(JobUser user, Guid jobId, string kind, Guid lease)
    {
        Assert.Equal(lease, await LeaseAsync(jobId, kind));
        var second = await _rig.Stack.StartJobsAsync(_rig.AllSettings());
        await user.On(second).EndsAsync(jobId, "completed");
        Assert.True(
            await _rig.Stack.JobsDatabase.ScalarAsync<bool>(
                $"select count(*) > 0 from leases where job_id = '{jobId}' and kind = '{kind}' and lease_id <> '{lease}'"),
            "The second replica has not leased the step.");
    }

    private Task<Guid> LeaseAsync(Guid jobId, string kind) => Eventually.BecomesAsync(
        () => _rig.Stack.JobsDatabase.ScalarAsync<Guid>(
            $"""
            select coalesce(max(lease_id::text)::uuid, '{Guid.Empty}') from intents
            where job_id = '{jobId}' and kind = '{kind}' and leased_until > now()
            """),
        lease => lease != Guid.Empty, $"the first replica has the lease of {kind}");

    /// <summary>The replica works again: it has finished what it was at, and a new job.</summary>
    private static async Task GoesOnAsync(JobsProcess replica, JobUser user)
    {
        var jobId = await user.CreateAsync();
        var job = await user.BecomesAsync(jobId, "completed");
        Assert.Equal("completed", job.GetProperty("status").GetString());
        GC.KeepAlive(replica);
    }

    /// <summary>No replica in this process: the tests start their own.</summary>
    private sealed class Rig : LocalRunPodRig
    {
        protected override (string Key, string Value)[] Settings => [("RunPod:TimeoutSeconds", "20"), ("Jobs:LeaseSeconds", "5")];

        protected override Task StartJobsAsync() => Task.CompletedTask;
    }
}
