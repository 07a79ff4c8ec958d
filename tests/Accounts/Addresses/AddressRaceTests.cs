using System.Net;

namespace ReelBallers.Accounts.Tests;

/// <summary>Changes of addresses at the same time, at two replicas, and their limits.</summary>
public sealed class AddressRaceTests(AddressFixture accounts) : IClassFixture<AddressFixture>
{
    private const int PerClient = 6;

    private readonly string _old = AccountsFixture.NewEmail();
    private readonly string _new = $"n{AccountsFixture.NewEmail()}";

    [Fact]
    public async Task Confirmations_of_both_addresses_at_two_replicas_at_once_change_it_once()
    {
        await using var replica = await accounts.StartAsync();
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var tokens = await accounts.TokensAsync(user, _old, _new);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => accounts.ConfirmAddressAsync(
            user, number % 4 < 2 ? tokens.Old : tokens.New, number % 2 == 0 ? replica : null)));

        Assert.Equal(
            new[] { $"False {_old}", $"True {_new}" },
            answers.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer.Outcome).Order());
        Assert.Equal(6, answers.Count(answer => answer == (HttpStatusCode.Gone, "link_expired")));
        Assert.Equal((_new, null), await accounts.AddressesAsync(user));
        Assert.Equal("address_change_requested address_changed", await accounts.ActsAsync(user));
    }

    [Fact]
    public async Task Of_two_accounts_that_want_one_address_one_gets_it()
    {
        await using var replica = await accounts.StartAsync();
        string[] old = [_old, $"o{AccountsFixture.NewEmail()}"];
        var users = new[] { await accounts.SignInAsync(Guid.NewGuid(), old[0]), await accounts.SignInAsync(Guid.NewGuid(), old[1]) };
        var tokens = new[] { await accounts.TokensAsync(users[0], old[0], _new), await accounts.TokensAsync(users[1], old[1], _new) };
        foreach (var (user, token) in users.Zip(tokens))
        {
            Assert.Equal(HttpStatusCode.OK, (await accounts.ConfirmAddressAsync(user, token.Old)).Status);
        }

        var answers = await Task.WhenAll(
            accounts.ConfirmAddressAsync(users[0], tokens[0].New), accounts.ConfirmAddressAsync(users[1], tokens[1].New, replica));

        Assert.Equal([$"True {_new}", "address_in_use"], answers.Select(answer => answer.Outcome).Order());
        var loser = answers[0].Outcome == "address_in_use" ? 0 : 1;
        Assert.Equal((old[loser], null), await accounts.AddressesAsync(users[loser]));
        Assert.Equal((_new, null), await accounts.AddressesAsync(users[1 - loser]));
    }

    [Fact]
    public async Task Two_accounts_that_want_each_others_address_at_once_keep_their_own()
    {
        await using var replica = await accounts.StartAsync();
        var other = $"o{AccountsFixture.NewEmail()}";
        var users = new[] { await accounts.SignInAsync(Guid.NewGuid(), _old), await accounts.SignInAsync(Guid.NewGuid(), other) };
        var first = await accounts.TokensAsync(users[0], _old, other);
        var second = await accounts.TokensAsync(users[1], other, _old);
        await accounts.ConfirmAddressAsync(users[0], first.Old);
        await accounts.ConfirmAddressAsync(users[1], second.Old);

        var answers = await Task.WhenAll(
            accounts.ConfirmAddressAsync(users[0], first.New), accounts.ConfirmAddressAsync(users[1], second.New, replica));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Conflict, "address_in_use"), answer));
    }

    [Fact]
    public async Task A_sign_in_and_a_change_to_the_same_new_address_leave_one_account_with_it()
    {
        await using var replica = await accounts.StartAsync();
        var (user, guest) = (await accounts.SignInAsync(Guid.NewGuid(), _old), Guid.NewGuid());
        var tokens = await accounts.TokensAsync(user, _old, _new);
        await accounts.ConfirmAddressAsync(user, tokens.Old);
        var link = await accounts.LinkAsync(guest, _new);

        var signIn = accounts.ConfirmAsync(guest, link, replica: replica);
        var change = await accounts.ConfirmAddressAsync(user, tokens.New);

        var signedIn = (await signIn).Body.GetProperty("uid").GetGuid();
        Assert.Equal(change.Status == HttpStatusCode.OK ? user : guest, signedIn);
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>($"select count(*) from accounts where email = '{_new}'"));
    }

    [Fact]
    public async Task An_account_asks_five_times_in_15_minutes_over_all_replicas()
    {
        await using var replica = await accounts.StartAsync();
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => accounts.RequestAsync(
            user, $"n{AccountsFixture.NewEmail()}", replica: number % 2 == 0 ? replica : null)));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Accepted));
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
        Assert.All(
            answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests),
            answer => Assert.Contains("\"sign_in_limited\"", answer.Body, StringComparison.Ordinal));
        Assert.Equal(1, await accounts.Database.ScalarAsync<long>(
            $"select count(*) from address_changes where user_id = '{user}' and state = 0"));
        accounts.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.Accepted, (await accounts.RequestAsync(user, _new)).Status);
    }

    [Fact]
    public async Task A_new_address_gets_five_links_whether_they_sign_in_or_confirm()
    {
        var users = new List<Guid>();
        for (var count = 0; count < 3; count++)
        {
            users.Add(await accounts.SignInAsync(Guid.NewGuid(), AccountsFixture.NewEmail()));
        }
        Assert.Equal(HttpStatusCode.Accepted, (await accounts.AskAsync(Guid.NewGuid(), _new)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await accounts.AskAsync(Guid.NewGuid(), _new)).StatusCode);
        foreach (var user in users)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await accounts.RequestAsync(user, _new)).Status);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await accounts.RequestAsync(users[0], _new)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await accounts.AskAsync(Guid.NewGuid(), _new)).StatusCode);
    }

    [Fact]
    public async Task A_client_has_one_limit_for_links_that_sign_in_and_that_confirm()
    {
        const string client = "203.0.113.77";
        var user = await accounts.SignInAsync(Guid.NewGuid(), _old);
        Assert.Equal(HttpStatusCode.Accepted, (await accounts.RequestAsync(user, _new, client)).Status);
        for (var count = 1; count < PerClient; count++)
        {
            Assert.Equal(
                HttpStatusCode.Accepted,
                (await accounts.AskAsync(Guid.NewGuid(), AccountsFixture.NewEmail(), client: client)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await accounts.RequestAsync(user, _new, client)).Status);
        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await accounts.AskAsync(Guid.NewGuid(), AccountsFixture.NewEmail(), client: client)).StatusCode);
    }
}
