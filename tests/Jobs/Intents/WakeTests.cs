using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>An intent that becomes due wakes the loops of every replica.</summary>
public sealed class WakeTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Theory]
    [InlineData("dispatch")]
    [InlineData("poll")]
    [InlineData("cancel")]
    [InlineData("end_hold")]
    public async Task An_intent_of_another_replica_wakes_the_loop(string name)
    {
        var kind = IntentKinds.Parse(name);
        using var listener = new Listener(stack);
        await listener.IsConnectedAsync();
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        if (kind is IntentKind.Poll or IntentKind.EndHold)
        {
            work.Status = "FAILED";
            using (await stack.CallBackAsync(work, "FAILED"))
            {
            }
        }
        else if (kind == IntentKind.Cancel)
        {
            using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
            {
            }
        }
        await listener.IsWokenAsync(kind);
    }

    [Fact]
    public async Task A_run_that_ends_wakes_the_jobs_that_wait_for_its_place()
    {
        var user = await stack.UserAsync();
        var work = await stack.SubmittedAsync(await user.CreateAsync());
        using var listener = new Listener(stack);
        await listener.IsConnectedAsync();
        work.Status = "FAILED";
        await listener.IsWokenAsync(IntentKind.Dispatch);
    }

    [Fact]
    public async Task An_intent_of_a_transaction_that_waited_for_a_lock_wakes_the_loop()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await stack.SubmittedAsync(jobId);
        using var listener = new Listener(stack);
        await listener.IsConnectedAsync();
        await using var connection = new NpgsqlConnection(stack.JobsDatabase.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand($"select from jobs where job_id = '{jobId}' for update", connection, transaction);
        await hold.ExecuteNonQueryAsync();
        var cancelled = user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<bool>(
                """
                select exists (select from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and query like '%from jobs where job_id = %for update%'
                  and xact_start < clock_timestamp() - interval '1 second')
                """),
            "the cancellation has waited for a second");

        await transaction.CommitAsync();

        await listener.IsWokenAsync(IntentKind.Cancel);
        using var answer = await cancelled;
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>The listener of another replica, without its loops.</summary>
    private sealed class Listener : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly IntentSignals _signals = new();
        private readonly IntentListener _listener;

        public Listener(JobsStack stack)
        {
            _listener = ActivatorUtilities.CreateInstance<IntentListener>(stack.App.Services, _signals);
            _listener.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        /// <summary>A new connection wakes all kinds, since it may have missed something.</summary>
        public async Task IsConnectedAsync()
        {
            foreach (var kind in Enum.GetValues<IntentKind>())
            {
                await IsWokenAsync(kind);
            }
        }

        public async Task IsWokenAsync(IntentKind kind)
        {
            var start = TimeProvider.System.GetTimestamp();
            await _signals.WaitAsync(kind, Patience, CancellationToken.None);
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{kind} is woken");
        }

        public void Dispose()
        {
            _listener.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
            _listener.Dispose();
        }
    }
}
