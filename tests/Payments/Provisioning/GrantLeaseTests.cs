using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments.Tests;

/// <summary>One attempt at a time, each ended only by who makes it, and the pauses between them.</summary>
[Collection(ProvisioningCollection.Name)]
public sealed class GrantLeaseTests(ProvisioningStack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _name = ProvisioningStack.NewName();

    [Fact]
    public async Task The_most_overdue_grant_is_leased_first_and_by_one_replica_until_the_lease_is_over()
    {
        await using var paused = await stack.PauseAsync();
        await stack.BuyAsync(_user, "both", _name);
        await SetAsync("next_attempt_at = next_attempt_at - ordinal * interval '1 year'");

        Assert.Equal([2], await TakeAsync(1));
        Assert.Equal([1], await TakeAsync(10));
        Assert.Empty(await TakeAsync(10));
        await SetAsync("leased_until = now()");
        Assert.Equal([1, 2], await TakeAsync(10));

        await SetAsync("leased_until = now()");
        await paused.DisposeAsync();
        await stack.GrantsBecomeAsync(_user, "granted", "granted");
    }

    [Fact]
    public async Task An_attempt_whose_lease_another_has_taken_over_changes_nothing()
    {
        await using var paused = await stack.PauseAsync();
        var grant = await LeasedAsync("script");
        await SetAsync("lease_id = gen_random_uuid()");
        var before = await stack.ColumnAsync<string>(_user, "access_grants::text");

        await GrantsAsync(grants => grants.ConfirmAsync(grant, new WantedAccess(true, null), default));
        await GrantsAsync(grants => grants.RetryAsync(grant, TimeSpan.Zero, "late", default));
        await GrantsAsync(grants => grants.LeaveAsync(grant, toOperator: true, "late", default));

        Assert.Equal(before, await stack.ColumnAsync<string>(_user, "access_grants::text"));
        await EndAsync(paused, "granted");
    }

    [Fact]
    public async Task An_attempt_under_which_the_payment_was_reversed_only_ends_its_lease()
    {
        await using var paused = await stack.PauseAsync();
        var grant = await LeasedAsync("script");
        await SetAsync("state = 5");

        await GrantsAsync(grants => grants.ConfirmAsync(grant, new WantedAccess(true, null), default));

        Assert.Equal((5, true), (
            await stack.ColumnAsync<short>(_user, "state"), await stack.ColumnAsync<bool>(_user, "lease_id is null")));
        await paused.DisposeAsync();
        await stack.GrantsBecomeAsync(_user, "revoked");
    }

    [Theory]
    [InlineData("script", "attempts = 5", "The process ended during the last attempt.")]
    [InlineData("month", "created_at = created_at - interval '31 days'", "Its time was over before it could be given.")]
    public async Task What_cannot_be_given_any_more_is_an_operators_task(string pack, string change, string error)
    {
        await using var paused = await stack.PauseAsync();
        await stack.BuyAsync(_user, pack, _name);
        await SetAsync(change);

        await paused.DisposeAsync();

        await stack.GrantsBecomeAsync(_user, "manual");
        Assert.Equal(error, await stack.ColumnAsync<string>(_user, "error"));
        Assert.Null(await stack.AccessAsync(pack == "month" ? ProvisioningStack.Monthly : ProvisioningStack.Script, _name));
    }

    [Fact]
    public async Task While_another_attempt_changes_the_access_none_is_used_up()
    {
        await using var paused = await stack.PauseAsync();
        var grant = await LeasedAsync("script");
        var other = new AdvisoryLock(stack.Payments.Services.GetRequiredService<Npgsql.NpgsqlDataSource>(), GrantAttempt.LockOf(grant));
        await using (await other.TakeAsync(60, default))
        {
            Assert.Equal(TimeSpan.Zero, await RunAsync(grant));
            Assert.Null(await stack.AccessAsync(ProvisioningStack.Script, _name));
        }

        Assert.Equal((1, 0, true), (
            await stack.ColumnAsync<short>(_user, "state"), await stack.ColumnAsync<int>(_user, "attempts"),
            await stack.ColumnAsync<bool>(_user, "lease_id is null")));
        await EndAsync(paused, "granted");
    }

    [Fact]
    public async Task A_session_that_is_rejected_pauses_the_grant_and_the_worker()
    {
        await using var paused = await stack.PauseAsync();
        var grant = await LeasedAsync("script");
        await using (await stack.AccessFaultAsync("status", "list_users", times: 1, status: 401))
        {
            Assert.Equal(TimeSpan.FromSeconds(1), await RunAsync(grant));
        }

        Assert.InRange(await PauseSecondsAsync(), 1, 1.25);
        Assert.True(await stack.ColumnAsync<bool>(_user, "is_waiting_for_session"));
        await EndAsync(paused, "granted");
    }

    [Theory]
    [InlineData(3_000, 3_000)]
    [InlineData(100_000, 3_600)]
    public async Task The_wait_that_the_outside_system_asks_for_is_kept_up_to_an_hour(int asked, double seconds)
    {
        await using var paused = await stack.PauseAsync();
        var grant = await LeasedAsync("script");
        using var busy = new HttpClient(new Busy(TimeSpan.FromSeconds(asked)));

        await RunAsync(grant, busy);

        Assert.Equal(seconds, await PauseSecondsAsync());
        await EndAsync(paused, "granted");
    }

    private async Task EndAsync(IAsyncDisposable paused, string status)
    {
        await SetAsync("lease_id = null, leased_until = null, next_attempt_at = now()");
        await paused.DisposeAsync();
        await stack.GrantsBecomeAsync(_user, status);
    }

    private Task<double> PauseSecondsAsync() =>
        stack.ColumnAsync<double>(_user, "extract(epoch from next_attempt_at - error_at)::double precision");

    private Task SetAsync(string change) => stack.Database.ExecuteAsync($"update access_grants set {change} where user_id = '{_user}'");

    private async Task<AccessGrant> LeasedAsync(string pack)
    {
        await stack.BuyAsync(_user, pack, _name);
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var taken = await scope.ServiceProvider.GetRequiredService<Grants>().TakeDueAsync(10, isCalled: true, default);
        return taken.Single(grant => grant.UserId == _user);
    }

    // The ordinals of the grants that are leased.
    private async Task<IEnumerable<int>> TakeAsync(int count)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var taken = await scope.ServiceProvider.GetRequiredService<Grants>().TakeDueAsync(count, isCalled: true, default);
        return taken.Where(grant => grant.UserId == _user).Select(grant => (int)grant.Ordinal).Order();
    }

    private async Task<TimeSpan> RunAsync(AccessGrant grant, HttpClient? client = null)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var attempt = client is null
            ? services.GetRequiredService<GrantAttempt>()
            : ActivatorUtilities.CreateInstance<GrantAttempt>(services, ActivatorUtilities.CreateInstance<AccessApi>(services, client));
        return await attempt.RunAsync(grant, default);
    }

    private async Task GrantsAsync(Func<Grants, Task> act)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<Grants>());
    }

    private sealed class Busy(TimeSpan wait) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.TooManyRequests)
            {
                Headers = { { "Retry-After", $"{wait.TotalSeconds}" } },
            });
    }
}
