using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>What must be true when a storm is over.</summary>
internal sealed class StormVerdict(StormStack stack, IReadOnlyList<StormUser> users)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Waits until nothing is left to do: no job, run or intent, here or at RunPod.</summary>
    public async Task CalmAsync()
    {
        await Eventually.BecomesAsync(
            () => stack.JobsDatabase.ScalarAsync<string>(
                """
                select concat(
                  (select string_agg(job_id::text, ' ') from jobs
                   where status not in ('completed', 'failed', 'cancelled', 'timed_out')),
                  (select string_agg(job_id || ' ' || kind, ' ') from intents where dead_since is null or kind = 'end_hold'),
                  (select string_agg(job_id || ' ' || number || ' ' || state, ' ') from runs where ended_at is null))
                """),
            left => left.Length == 0, "every job is final, every intent done and every run ended", Patience);
        await Eventually.BecomesAsync(
            OpenAtRunPodAsync, open => open == (0, 0), "no run is left at RunPod", Patience);
    }

    /// <summary>Compares the jobs with the wallet, and plays every output.</summary>
    public async Task AgreesAsync()
    {
        await Parallel.ForEachAsync(
            users, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (user, _) => await AgreesAsync(user));
        using var audit = stack.Wallet.Audit(new AuditRequest());
        Assert.False(
            await audit.ResponseStream.MoveNext(CancellationToken.None), "The wallet's audit finds something.");
        Assert.Equal(0, await stack.JobsDatabase.ScalarAsync<long>(
            """
            select count(*) from jobs where queued_at is not null and status = 'completed'
              and not exists (select from runs where runs.job_id = jobs.job_id and state = 'completed')
            """));
    }

    /// <summary>How many jobs ended with each status.</summary>
    public async Task<Dictionary<string, int>> CountAsync() => JsonSerializer.Deserialize<Dictionary<string, int>>(
        await stack.JobsDatabase.ScalarAsync<string>(
            "select json_object_agg(status, number)::text from (select status, count(*) number from jobs group by status) counts"))!;

    private async Task AgreesAsync(StormUser user)
    {
        var jobs = await JobsAsync(user);
        var entries = await user.EntriesAsync();
        var kept = 0L;
        foreach (var job in jobs)
        {
            kept += Kept(job, [.. entries[job.JobId].Reverse().Select(entry => entry.ChangeCents)]);
        }
        // What was held for a job that its user never learned of has been given back too.
        Assert.All(entries.Where(of => of.Key.Length > 0), of =>
            Assert.True(jobs.Exists(job => job.JobId == of.Key) || of.Sum(entry => entry.ChangeCents) == 0, $"{of.Key} was charged"));
        var wallet = await user.BalanceAsync();
        Assert.Equal((StormUser.SeedCents - kept, 0), (wallet.BalanceCents, wallet.HeldCents));
        foreach (var job in jobs.Where(job => job.Status == "completed"))
        {
            await PlaysAsync(user, job);
        }
    }

    /// <summary>What the wallet has kept of the job's cost.</summary>
    private static long Kept(EndedJob job, long[] changes)
    {
        if (!job.IsHeld)
        {
            // Abandoned: its hold may never have arrived.
            Assert.True(changes is [] || (changes is [var debit, var refund] && debit + refund == 0), $"{job} has {Text(changes)}");
            return 0;
        }
        if (job.Status == "completed")
        {
            var charged = -changes.Sum();
            Assert.True(
                changes is [var debit, ..] && debit == -job.CostCents && changes.Length <= 2 && charged > 0
                    && charged == job.ChargedCents && job.CostCents - charged == job.RefundedCents,
                $"{job} has {Text(changes)}");
            return charged;
        }
        Assert.True(
            changes is [var held, var returned] && held == -job.CostCents && returned == job.CostCents, $"{job} has {Text(changes)}");
        Assert.True(job.RefundedCents == job.CostCents, $"{job} is not shown as refunded");
        return 0;
    }

    private static async Task PlaysAsync(StormUser user, EndedJob job)
    {
        var file = Path.Combine(Path.GetTempPath(), $"storm-{Guid.NewGuid():N}.mp4");
        try
        {
            await File.WriteAllBytesAsync(file, await user.DownloadAsync(Guid.Parse(job.JobId)));
            Assert.Equal((job, Storm.SourceFrames), (job, await TestVideo.FramesAsync(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<List<EndedJob>> JobsAsync(StormUser user) => JsonSerializer.Deserialize<List<EndedJob>>(
        await stack.JobsDatabase.ScalarAsync<string>(
            $"""
            select coalesce(json_agg(json_build_object(
              'JobId', job_id, 'Status', status, 'CostCents', cost_cents, 'RefundedCents', refunded_cents, 'ChargedCents', charged_cents,
              'IsHeld', queued_at is not null)), '[]')::text
            from jobs where user_id = '{user.UserId}'
            """))!;

    private async Task<(int, int)> OpenAtRunPodAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stack.RunPodUrl, "/v2/local/health"));
        request.Headers.Authorization = new("Bearer", "rp_local");
        using var response = await stack.Browser.SendAsync(request);
        var jobs = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("jobs");
        return (jobs.GetProperty("inQueue").GetInt32(), jobs.GetProperty("inProgress").GetInt32());
    }

    private static string Text(long[] changes) => string.Join(' ', changes);

    private sealed record EndedJob(string JobId, string Status, long CostCents, long RefundedCents, long? ChargedCents, bool IsHeld);
}
