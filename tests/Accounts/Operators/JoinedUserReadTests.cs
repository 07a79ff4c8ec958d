using System.Text.Json;

namespace ReelBallers.Accounts.Tests;

/// <summary>What an operator is shown of a person who has bought without an account and has signed in to a known one since.</summary>
[Collection(nameof(OperatorsCollection))]
public sealed class JoinedUserReadTests(OperatorsFixture operators)
{
    private readonly JoinActSteps _steps = new(operators);

    private Guid Guest => _steps.Guest;

    [Fact]
    public async Task Every_id_of_the_person_leads_to_the_account_and_the_old_statement_stays_readable()
    {
        var (email, job) = (AccountsFixture.NewEmail(), $"{Guid.NewGuid()}");
        var account = await operators.Accounts.CreateAccountAsync(email);
        await _steps.CreditAsync(700);
        operators.Others.OwnersOfJobs[job] = operators.Others.OwnersOfPayments[_steps.PaymentId] = $"{Guest}";
        Assert.Equal(account, await operators.Accounts.SignInAsync(Guest, email));
        await _steps.BecomesAsync("state = 1");

        foreach (var query in new[] { $"uid={Guest}", $"uid={account}", $"email={email}", $"job={job}", $"payment={_steps.PaymentId}" })
        {
            var found = (await operators.GetAsync($"/api/admin/users?{query}")).Body.GetProperty("users").EnumerateArray().Single();
            Assert.Equal((query, account, email), (query, found.GetProperty("uid").GetGuid(), found.GetProperty("email").GetString()));
            AssertJoins(null, [Guest], found);
        }
        var (old, now) = (await UserAsync(Guest), await UserAsync(account));
        AssertJoins(account, [], old.GetProperty("user"));
        AssertJoins(null, [Guest], now.GetProperty("user"));
        Assert.Equal(Guest, old.GetProperty("user").GetProperty("uid").GetGuid());
        Assert.Equal((0, 700), (Balance(old), Balance(now)));
        Assert.Equal(["join -700", "topup 700"], await LedgerAsync(Guest));
        Assert.Equal(["join 700"], await LedgerAsync(account));
    }

    [Fact]
    public async Task The_audit_log_of_the_joined_user_shows_the_join_and_no_other_sign_in()
    {
        var (email, other) = (AccountsFixture.NewEmail(), new JoinActSteps(operators));
        var account = await operators.Accounts.CreateAccountAsync(email);
        await operators.Accounts.SignInAsync(other.Guest, email);
        await operators.Accounts.SignInAsync(Guest, email);
        var entry = Assert.Single(await AuditAsync(Guest));
        Assert.Equal(("signed_in", account, Guest), (
            entry.GetProperty("action").GetString(), entry.GetProperty("subject_id").GetGuid(),
            entry.GetProperty("after").GetProperty("joined_user").GetGuid()));
        Assert.Equal(2, (await AuditAsync(account)).Count);

        var third = new JoinActSteps(operators);
        await third.CreditAsync(1);
        await third.JoinAsync(account);
        Assert.Equal(["user_joined", "user_joined"], (await AuditAsync(third.Guest)).Select(it => it.GetProperty("action").GetString()));
    }

    private static void AssertJoins(Guid? into, Guid[] users, JsonElement user)
    {
        Assert.Equal(into?.ToString(), user.GetProperty("joined_into").GetString());
        Assert.Equal(users, user.GetProperty("joined_users").EnumerateArray().Select(one => one.GetGuid()));
    }

    private static long Balance(JsonElement user) => user.GetProperty("wallet").GetProperty("balance_cents").GetInt64();

    private async Task<JsonElement> UserAsync(Guid uid) => (await operators.GetAsync($"/api/admin/users/{uid}")).Body;

    private async Task<List<JsonElement>> AuditAsync(Guid uid) =>
        [.. (await operators.GetAsync($"/api/admin/users/{uid}/audit")).Body.GetProperty("entries").EnumerateArray()];

    private async Task<IEnumerable<string>> LedgerAsync(Guid uid) =>
        (await operators.GetAsync($"/api/admin/users/{uid}/ledger")).Body.GetProperty("entries").EnumerateArray()
            .Select(entry => $"{entry.GetProperty("reason")} {entry.GetProperty("change_cents")}");
}
