using Microsoft.Extensions.DependencyInjection;
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
