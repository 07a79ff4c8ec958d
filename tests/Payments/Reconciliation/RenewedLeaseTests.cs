using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>A lease lasts as long as the work, and no longer than it is held.</summary>
[Collection(StackCollection.Name)]
public sealed class RenewedLeaseTests(Stack stack)
{
    private readonly string _name = $"test-{Guid.NewGuid():N}"[..30];
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_lease_is_renewed_while_the_work_lasts_and_free_when_it_is_released()
    {
        await using var lease = (await TakeAsync())!;
        // The work has taken almost as long as a lease lasts.
        await stack.Database.ExecuteAsync(
            $"update worker_leases set leased_until = now() + interval '2 seconds' where name = '{_name}'");

        await RenewedAsync();

        Assert.Null(await TakeAsync());
        Assert.False(lease.Token.IsCancellationRequested);
        await lease.ReleaseAsync(TimeProvider.System.GetUtcNow());
        await using var next = await TakeAsync();
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Work_whose_lease_was_taken_by_another_ends()
    {
        await using var lease = (await TakeAsync())!;
        await stack.Database.ExecuteAsync($"update worker_leases set holder = '{Guid.NewGuid()}' where name = '{_name}'");

        await Eventually.IsTrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(20));
                return Task.FromResult(lease.Token.IsCancellationRequested);
            },
            "the end of the work");
        Assert.True(lease.IsLost);
    }

    private Task RenewedAsync() => Eventually.IsTrueAsync(
        async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            return await stack.Database.ScalarAsync<bool>(
                $"select leased_until > now() + interval '1 minute' from worker_leases where name = '{_name}'");
        },
        "a renewed lease");

    private Task<RenewedLease?> TakeAsync() => RenewedLease.TryTakeAsync(
        stack.Payments.Services.GetRequiredService<IServiceScopeFactory>(), _name, isDueOnly: false, _clock, NullLogger.Instance,
        CancellationToken.None);
}
