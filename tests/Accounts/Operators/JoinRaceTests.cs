using System.Net;
using System.Text.Json;

namespace ReelBallers.Accounts.Tests;

/// <summary>An operator joins a user whose browser signs in at the same moment.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class JoinRaceTests(OperatorsFixture operators)
{
    private readonly JoinActSteps _steps = new(operators);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_sign_in_and_an_act_that_join_one_user_into_two_accounts_the_first_does(bool isActFirst)
    {
        var (guest, email, other) = (_steps.Guest, AccountsFixture.NewEmail(), await _steps.AccountAsync());
        var account = await operators.Accounts.CreateAccountAsync(email);
        await _steps.CreditAsync(700);
        var token = await operators.Accounts.LinkAsync(guest, email);
        Task<(int Status, JsonElement Body)> act = null!;
        Task<(HttpStatusCode Status, JsonElement Body)> signIn = null!;
        // The lock is given in the order in which they wait for it.
        await _steps.LockedAsync("user", $"{guest}", waiting: 2, async () =>
        {
            for (var step = 0; step < 2; step++)
            {
                if (isActFirst == (step == 0))
                {
                    act = _steps.JoinAsync(other);
                }
                else
                {
                    signIn = operators.Accounts.ConfirmAsync(guest, token);
                }
                await (step == 0 ? _steps.IsWaitedForAsync("user", $"{guest}", 1) : Task.WhenAll(act, signIn));
            }
            return true;
        });

        Assert.Equal((HttpStatusCode.OK, account), ((await signIn).Status, (await signIn).Body.GetProperty("uid").GetGuid()));
        var (winner, loser) = isActFirst ? (other, account) : (account, other);
        var (status, answer) = await act;
        Assert.Equal(
            isActFirst ? (200, "pending") : (409, "already_joined"),
            (status, answer.GetProperty(isActFirst ? "status" : "service_code").GetString()));
        await _steps.BecomesAsync(
            $"state = 1 and into_user_id = '{winner}' and act_id is {(isActFirst ? "not" : "")} null and told_at is not null");
        Assert.Equal(((700, false), (0, false)), (await _steps.WalletAsync(winner), await _steps.WalletAsync(loser)));
        var joined = await operators.Database.ScalarAsync<string>(
            $"""
            select coalesce(after::json ->> 'joined_user', '') from audit_entries
            where action = 'signed_in' and subject_id = '{account}'
            """);
        Assert.Equal(isActFirst ? "" : $"{guest}", joined);
    }
}
