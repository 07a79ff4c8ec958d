using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Signing in by a passkey.</summary>
public sealed class PasskeySignInTests(PasskeyFixture accounts) : IClassFixture<PasskeyFixture>
{
    private readonly Guid _guest = Guid.NewGuid();

    [Fact]
    public async Task A_passkey_signs_in_at_another_replica_than_the_one_that_was_asked()
    {
        await using var replica = await accounts.StartAsync();
        var (owner, id, passkey) = await accounts.NewOwnerAsync(signCount: 1);
        var options = await accounts.SignInOptionsAsync(_guest);
        Assert.Equal(
            $$"""
            {"challenge":"{{options.GetProperty("challenge").GetString()}}","timeout":300000,"rpId":"app.example.com","allowCredentials":[],
            "userVerification":"required"}
            """.ReplaceLineEndings(""),
            options.GetRawText());

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/passkey")
        {
            Content = JsonContent.Create(new JsonObject { ["credential"] = passkey.Sign(options) }),
        };
        request.Headers.Add(CallerAddress.HeaderName, PasskeyFixture.Client);
        using var answer = await replica.CreateClient(_guest).SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($$"""{"uid":"{{owner}}"}""", await answer.Content.ReadAsStringAsync());
        var told = SignedInUser.Parse(Assert.Single(answer.Headers.GetValues(SignedInUser.HeaderName)));
        Assert.Equal((owner, (Guid?)_guest), (told!.Value.UserId, told.Value.LeftUserId));
        Assert.EndsWith($"signed_in 1 {id} {PasskeyFixture.Client}", await accounts.ActsAsync(owner), StringComparison.Ordinal);
        var shown = Assert.Single(await accounts.ListAsync(owner));
        Assert.Equal(accounts.Clock.GetUtcNow(), shown.GetProperty("last_used_at").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await accounts.Database.ScalarAsync<long>($"select sign_count from passkeys where passkey_id = '{id}'"));
        passkey.Dispose();
    }

    [Fact]
    public async Task An_anonymous_browser_is_joined_with_the_account_and_one_of_another_account_is_not()
    {
        var (owner, _, passkey) = await accounts.NewOwnerAsync();
        var (other, _, others) = await accounts.NewOwnerAsync();
        Assert.Equal(HttpStatusCode.OK, (await accounts.EnterAsync(_guest, passkey)).Status);
        Assert.Equal(1, await accounts.CountAsync("wallet_joins", $"from_user_id = '{_guest}' and into_user_id = '{owner}'"));
        // A browser whose user has left, and one that is signed in to another account or to the same one.
        foreach (var browser in new[] { _guest, other, owner })
        {
            var (status, body) = await accounts.EnterAsync(browser, passkey);
            Assert.Equal((HttpStatusCode.OK, owner), (status, body.GetProperty("uid").GetGuid()));
        }
        Assert.Equal(1, await accounts.CountAsync("wallet_joins", $"into_user_id = '{owner}' or from_user_id = '{other}'"));
        Assert.Equal(other, (await accounts.EnterAsync(_guest, others)).Body.GetProperty("uid").GetGuid());
        Assert.Equal(2, await accounts.CountAsync("passkeys", $"user_id in ('{owner}', '{other}')"));
        passkey.Dispose();
        others.Dispose();
    }

    [Fact]
    public async Task A_challenge_signs_in_once_for_the_browser_that_asked_within_five_minutes()
    {
        var (owner, _, passkey) = await accounts.NewOwnerAsync();
        var credential = passkey.Sign(await accounts.SignInOptionsAsync(_guest));
        AssertExpired(await accounts.EnterAsync(Guid.NewGuid(), credential.DeepClone()));
        AssertExpired(await accounts.EnterAsync(null, credential.DeepClone()));
        AssertExpired(await accounts.EnterAsync(owner, credential.DeepClone()));
        Assert.Equal(HttpStatusCode.OK, (await accounts.EnterAsync(_guest, credential.DeepClone())).Status);
        AssertExpired(await accounts.EnterAsync(_guest, credential));

        var old = passkey.Sign(await accounts.SignInOptionsAsync(_guest));
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        AssertExpired(await accounts.EnterAsync(_guest, old));
        var last = passkey.Sign(await accounts.SignInOptionsAsync(_guest));
        accounts.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await accounts.EnterAsync(_guest, last)).Status);

        // One that was given out to add a passkey signs in nobody.
        var creation = (await accounts.OptionsAsync(owner)).GetProperty("challenge").GetString();
        var mixed = JsonSerializer.SerializeToElement(new { challenge = creation, rpId = "app.example.com" });
        AssertExpired(await accounts.EnterAsync(owner, passkey.Sign(mixed)));
        var made = JsonSerializer.SerializeToElement(new { challenge = new string('A', 43), rpId = "app.example.com" });
        AssertExpired(await accounts.EnterAsync(_guest, passkey.Sign(made)));
        passkey.Dispose();
    }

    [Fact]
    public async Task One_answer_at_two_replicas_at_once_signs_in_once()
    {
        await using var replica = await accounts.StartAsync();
        var (_, _, passkey) = await accounts.NewOwnerAsync(signCount: 1);
        var credential = passkey.Sign(await accounts.SignInOptionsAsync(_guest));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            number => accounts.EnterAsync(_guest, credential.DeepClone(), number % 2 == 0 ? replica : null)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => AssertExpired(answer));
        passkey.Dispose();
    }

    [Theory]
    [InlineData(7, 5, false)]
    [InlineData(7, 6, false)]
    [InlineData(7, 7, true)]
    [InlineData(7, 4_294_967_294, true)]
    public async Task A_counter_has_to_go_up(uint stored, uint before, bool isAccepted)
    {
        var (owner, id, passkey) = await accounts.NewOwnerAsync(stored);
        // The signature counts one more.
        passkey.SignCount = before;
        var answer = await accounts.EnterAsync(_guest, passkey);
        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        await AssertRejectedAsync(owner, id, isAccepted ? 0 : 1, isAccepted ? before + 1 : stored);
        passkey.Dispose();
    }

    [Fact]
    public async Task A_counter_does_not_go_back_to_nothing_and_one_that_is_not_kept_stays_nothing()
    {
        var (owner, id, passkey) = await accounts.NewOwnerAsync(signCount: 7);
        passkey.SignCount = 0;
        PasskeyFixture.AssertFailed(await accounts.EnterAsync(_guest, passkey), HttpStatusCode.BadRequest, "passkey_invalid");
        await AssertRejectedAsync(owner, id, 1, 7);
        Assert.Equal(0, await accounts.CountAsync("wallet_joins", $"from_user_id = '{_guest}'"));
        var (_, _, synced) = await accounts.NewOwnerAsync();
        Assert.Equal(HttpStatusCode.OK, (await accounts.EnterAsync(_guest, synced)).Status);
        Assert.Equal(HttpStatusCode.OK, (await accounts.EnterAsync(_guest, synced)).Status);
        passkey.Dispose();
        synced.Dispose();
    }

    [Fact]
    public async Task Of_two_copies_of_a_key_at_once_one_signs_in()
    {
        await using var replica = await accounts.StartAsync();
        var (owner, id, passkey) = await accounts.NewOwnerAsync(signCount: 1);
        var credentials = new List<JsonObject>();
        for (var count = 0; count < 8; count++)
        {
            passkey.SignCount = 1;
            credentials.Add(passkey.Sign(await accounts.SignInOptionsAsync(_guest)));
        }
        var answers = await Task.WhenAll(credentials.Select(
            (credential, number) => accounts.EnterAsync(_guest, credential, number % 2 == 0 ? replica : null)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        await AssertRejectedAsync(owner, id, 7, 2);
        passkey.Dispose();
    }

    [Fact]
    public async Task A_passkey_that_was_removed_signs_nobody_in()
    {
        var (owner, id, passkey) = await accounts.NewOwnerAsync();
        var begun = passkey.Sign(await accounts.SignInOptionsAsync(_guest));
        Assert.Equal(HttpStatusCode.NoContent, await accounts.RemoveAsync(owner, $"{id}"));
        PasskeyFixture.AssertFailed(await accounts.EnterAsync(_guest, begun), HttpStatusCode.BadRequest, "passkey_invalid");
        PasskeyFixture.AssertFailed(await accounts.EnterAsync(_guest, passkey), HttpStatusCode.BadRequest, "passkey_invalid");
        passkey.Dispose();
    }

    [Fact]
    public async Task Sign_ins_and_a_removal_at_once_wait_for_each_other_and_none_fails()
    {
        await using var replica = await accounts.StartAsync();
        for (var round = 0; round < 6; round++)
        {
            var (owner, id, passkey) = await accounts.NewOwnerAsync();
            var credentials = new List<JsonObject>();
            for (var count = 0; count < 6; count++)
            {
                credentials.Add(passkey.Sign(await accounts.SignInOptionsAsync(owner)));
            }
            var entering = credentials.Select(
                (credential, number) => accounts.EnterAsync(owner, credential, number % 2 == 0 ? replica : null)).ToList();
            Assert.Equal(HttpStatusCode.NoContent, await accounts.RemoveAsync(owner, $"{id}"));
            Assert.All(
                await Task.WhenAll(entering), answer => Assert.True(
                    answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.Status} {answer.Body}"));
            passkey.Dispose();
        }
    }

    [Fact]
    public async Task A_passkey_stays_with_the_account_whose_address_changes()
    {
        var (owner, _, passkey) = await accounts.NewOwnerAsync();
        await accounts.Database.ExecuteAsync($"update accounts set email = '{AccountsFixture.NewEmail()}' where user_id = '{owner}'");
        Assert.Equal(owner, (await accounts.EnterAsync(_guest, passkey)).Body.GetProperty("uid").GetGuid());
        passkey.Dispose();
    }

    private async Task AssertRejectedAsync(Guid owner, Guid id, int times, long signCount)
    {
        Assert.Equal(times, await accounts.CountAsync(
            "audit_entries",
            $"action = 'passkey_rejected' and state = 2 and actor_id is null and subject_id = '{owner}' and target = '{id}'"));
        Assert.Equal(signCount, await accounts.Database.ScalarAsync<long>($"select sign_count from passkeys where passkey_id = '{id}'"));
    }

    private static void AssertExpired((HttpStatusCode, JsonElement) answer) =>
        PasskeyFixture.AssertFailed(answer, HttpStatusCode.Gone, "challenge_expired");
}
