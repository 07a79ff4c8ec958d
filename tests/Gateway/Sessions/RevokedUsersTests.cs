using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>All sessions of a user end together, in all replicas: when the user says so, and with the first sign-in.</summary>
public sealed class RevokedUsersTests : SessionTestBase
{
    [Fact]
    public async Task All_sessions_of_a_user_end_in_every_replica_renewed_and_unlisted_ones_too()
    {
        await using var replica = await StartAsync();
        // The first poll reads all; those after it what is new.
        var early = await SignInAsync(Guid.NewGuid(), "0");
        using (await DeleteAsync(Gateway, early, null))
        {
        }
        await EndsAsync(replica, early);
        var account = Guid.NewGuid();
        var (one, two, other) = (await SignInAsync(account, "1"), await SignInAsync(account, "2"), await SignInAsync(Guid.NewGuid(), "3"));
        var tokens = Gateway.Services.GetRequiredService<SessionTokens>();
        var unlisted = tokens.Issue(account);
        using var all = await DeleteAsync(Gateway, one, null);
        Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);
        // A replica that has not heard of it may renew a token.
        Clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.True(tokens.TryRead(two, out var session));
        var renewed = tokens.Renew(session);
        var later = tokens.Issue(account);
        foreach (var ended in new[] { one, two, unlisted, renewed })
        {
            Assert.False(await IsKnownAsync(Gateway, ended));
            await EndsAsync(replica, ended);
        }
        foreach (var valid in new[] { other, later })
        {
            Assert.True(await IsKnownAsync(Gateway, valid));
            Assert.True(await IsKnownAsync(replica, valid));
        }
        await using var third = await StartAsync();
        Assert.False(await IsKnownAsync(third, two));
        Assert.True(await IsKnownAsync(third, later));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-4)]
    public async Task The_clocks_of_replicas_do_not_decide_which_sessions_end(int minutes)
    {
        // Within what tokens tolerate.
        await using var ahead = await StartAheadAsync(TimeSpan.FromMinutes(minutes));
        await using var even = await StartAheadAsync(TimeSpan.Zero);
        var (account, guest) = (Guid.NewGuid(), Guid.NewGuid());
        var before = await SignInAsync(account, "Before", gateway: ahead);
        var unlisted = ahead.Services.GetRequiredService<SessionTokens>().Issue(account);
        var anonymous = ahead.Services.GetRequiredService<SessionTokens>().Issue(guest);
        // More than the comparison of the clocks may be wrong by.
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        foreach (var user in new[] { account, guest })
        {
            await even.Services.GetRequiredService<RevokedUsers>().RevokeAsync(user, TestContext.Current.CancellationToken);
        }
        foreach (var ended in new[] { before, unlisted, anonymous })
        {
            Assert.False(await IsKnownAsync(even, ended));
        }
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        Assert.True(await IsKnownAsync(even, await SignInAsync(account, "After", gateway: ahead)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-4)]
    public async Task The_clock_of_the_replica_that_ends_them_does_not_decide_which_sessions_end(int minutes)
    {
        await using var ahead = await StartAheadAsync(TimeSpan.FromMinutes(minutes));
        await using var even = await StartAheadAsync(TimeSpan.Zero);
        var (account, user) = (Guid.NewGuid(), Guid.NewGuid());
        var before = await SignInAsync(user, "Before", gateway: even);
        var planted = even.Services.GetRequiredService<SessionTokens>().Issue(account);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        await ahead.Services.GetRequiredService<RevokedUsers>().RevokeAsync(user, TestContext.Current.CancellationToken);
        // The account is older than the other clock is wrong by: an outage had cut its first sign-in off.
        await SignInAsync(account, "First", since: TimeProvider.System.GetUtcNow().AddMinutes(-10), gateway: ahead);
        Assert.False(await IsKnownAsync(ahead, before));
        Assert.False(await IsKnownAsync(ahead, planted));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        foreach (var owner in new[] { user, account })
        {
            Assert.True(await IsKnownAsync(ahead, await SignInAsync(owner, "After", gateway: even)));
        }
    }

    [Fact]
    public async Task A_clock_that_changes_while_the_Gateway_runs_is_compared_again()
    {
        var time = new ShiftedClock(TimeSpan.Zero);
        await using var gateway = await StartShiftedAsync(time);
        var clock = gateway.Services.GetRequiredService<DatabaseClock>();
        foreach (var minutes in new[] { 3, -2 })
        {
            time.By = TimeSpan.FromMinutes(minutes);
            await Eventually.IsTrueAsync(
                () => Task.FromResult((clock.GetUtcNow() - TimeProvider.System.GetUtcNow()).Duration() < TimeSpan.FromSeconds(30)),
                "the clock is corrected");
        }
    }

    [Fact]
    public async Task A_clock_of_Accounts_that_is_ahead_does_not_make_each_sign_in_end_the_others()
    {
        var (uid, since) = (Guid.NewGuid(), Clock.GetUtcNow().AddSeconds(30));
        await using var replica = await StartAsync();
        var first = await SignInAsync(uid, "First", since: since);
        // While the clock of Accounts shows a time that is to come, and after it.
        var soon = await SignInAsync(uid, "Soon", since: since, gateway: replica);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await SignInAsync(uid, "Second", since: since);
        foreach (var session in new[] { first, soon, second })
        {
            Assert.True(await IsKnownAsync(Gateway, session));
        }
        // Those that an operator ends are not kept by it.
        await Gateway.Services.GetRequiredService<RevokedUsers>().RevokeAsync(uid, TestContext.Current.CancellationToken);
        Assert.False(await IsKnownAsync(Gateway, second));
        var third = await SignInAsync(uid, "Third", since: since, gateway: replica);
        Assert.True(await IsKnownAsync(Gateway, await SignInAsync(uid, "Fourth", since: since)));
        Assert.True(await IsKnownAsync(Gateway, third));
    }

    [Fact]
    public async Task A_first_sign_in_ends_every_other_session_of_the_user_and_a_later_one_does_not()
    {
        var tokens = Gateway.Services.GetRequiredService<SessionTokens>();
        var (uid, before) = await Gateway.OpenSessionAsync();
        var (planted, since) = (tokens.Issue(uid), Clock.GetUtcNow());
        var first = await SignInAsync(uid, "First", before, since);
        Assert.False(await IsKnownAsync(Gateway, before));
        Assert.False(await IsKnownAsync(Gateway, planted));
        Assert.True(await IsKnownAsync(Gateway, first));
        await using var replica = await StartAsync();
        foreach (var gateway in new[] { Gateway, replica })
        {
            var later = await SignInAsync(uid, "Later", since: since, gateway: gateway);
            Assert.True(await IsKnownAsync(gateway, first));
            Assert.True(await IsKnownAsync(gateway, later));
        }
        Assert.Equal(3, (await ListAsync(first)).Count);
    }

    [Fact]
    public async Task A_sign_in_after_one_that_was_cut_off_ends_the_sessions_from_before_the_account()
    {
        var tokens = Gateway.Services.GetRequiredService<SessionTokens>();
        var (uid, since) = (Guid.NewGuid(), Clock.GetUtcNow());
        var planted = tokens.Issue(uid);
        Clock.Advance(TimeSpan.FromMinutes(10));
        var duringTheOutage = tokens.Issue(uid);
        var signedIn = await SignInAsync(uid, "Second", since: since);
        Assert.False(await IsKnownAsync(Gateway, planted));
        Assert.False(await IsKnownAsync(Gateway, duringTheOutage));
        Assert.True(await IsKnownAsync(Gateway, signedIn));
    }

    [Fact]
    public async Task Replicas_that_have_not_heard_of_a_revocation_do_not_repeat_it()
    {
        var (uid, since) = (Guid.NewGuid(), Clock.GetUtcNow());
        // It polls by the test's clock, which stands still.
        await using var replica = await StartAsync();
        var first = await SignInAsync(uid, "First", since: since);
        await SignInAsync(uid, "Second", since: since, gateway: replica);
        await using var third = await StartAsync();
        Assert.True(await IsKnownAsync(third, first));
    }

    [Fact]
    public async Task A_sign_in_of_a_user_who_is_joined_ends_all_sessions_of_that_user_and_none_of_the_account()
    {
        await using var replica = await StartAsync();
        var tokens = Gateway.Services.GetRequiredService<SessionTokens>();
        var (guest, browser) = await Gateway.OpenSessionAsync();
        var (account, copy, since) = (Guid.NewGuid(), tokens.Issue(guest), Clock.GetUtcNow());
        var phone = await SignInAsync(account, "Phone", since: since);
        var signedIn = await SignInAsync(account, "Browser", browser, since, left: guest);
        foreach (var gateway in new[] { Gateway, replica })
        {
            await EndsAsync(gateway, browser);
            await EndsAsync(gateway, copy);
            Assert.True(await IsKnownAsync(gateway, phone));
            Assert.True(await IsKnownAsync(gateway, signedIn));
        }
    }
}
