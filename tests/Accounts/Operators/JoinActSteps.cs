using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>What the tests of joins by operators do with an anonymous user.</summary>
internal sealed class JoinActSteps(OperatorsFixture operators)
{
    /// <summary>The anonymous user.</summary>
    public Guid Guest { get; } = Guid.NewGuid();

    public string Path => $"/api/admin/users/{Guest}/join";

    public string PaymentId => $"pi_{Guest:N}";

    /// <summary>Credits of a payment.</summary>
    public async Task CreditAsync(long cents, string key = "topup") => await operators.Wallet.CreditAsync(new CreditRequest
    {
        UserId = $"{Guest}",
        IdempotencyKey = key,
        AmountCents = cents,
        Reason = EntryReason.Topup,
        StripePaymentId = PaymentId,
    });

    public async Task HoldAsync(long cents) => await operators.Wallet.PlaceHoldAsync(
        new PlaceHoldRequest { UserId = $"{Guest}", IdempotencyKey = "hold", JobId = "job", AmountCents = cents });

    public Task<Guid> AccountAsync() => operators.Accounts.CreateAccountAsync(AccountsFixture.NewEmail());

    /// <summary>An admin's act, with a key of its own unless one is given.</summary>
    public Task<(int Status, JsonElement Body)> JoinAsync(
        Guid into, string? key = null, Guid? admin = null, Guid? uid = null, ServiceApp? replica = null) =>
        operators.SendAsync(
            HttpMethod.Post, $"/api/admin/users/{uid ?? Guest}/join", admin ?? operators.Admin, "admin",
            new { into, reason = "The receipt is theirs." }, key ?? $"{Guid.NewGuid()}", replica);

    /// <summary>Waits for a state of the task, moving the clock.</summary>
    public Task BecomesAsync(string condition) => Eventually.IsTrueAsync(
        async () =>
        {
            operators.Accounts.Clock.Advance(TimeSpan.FromSeconds(1));
            return await CountAsync(condition) == 1;
        },
        condition);

    /// <summary>How many tasks there are of the anonymous user.</summary>
    public Task<long> CountAsync(string condition = "true") => operators.Database.ScalarAsync<long>(
        $"select count(*) from wallet_joins where from_user_id = '{Guest}' and {condition}");

    public async Task<(long BalanceCents, bool Frozen)> WalletAsync(Guid user)
    {
        var wallet = await operators.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = $"{user}" });
        return (wallet.BalanceCents, wallet.Frozen);
    }

    /// <summary>A user and an account, deleted a while ago.</summary>
    public Task DeleteAsync(params Guid[] users) => operators.Database.ExecuteAsync(
        $"""
        insert into account_deletions
            (user_id, users, forfeit_cents, deleted_at, sessions_ended_at, pass, done_steps, due_at, attempts, ended_at, late_cents)
        values ('{users[0]}', array['{string.Join("','", users)}']::uuid[], array_fill(0::bigint, array[{users.Length}]), now(), now(), 2,
            31, now(), 1, now(), 0);
        delete from accounts where user_id = '{users[0]}';
        """);

    /// <summary>The entries of an act, as <c>state after</c>.</summary>
    public Task<string> EntriesAsync(JsonElement answer) => EntriesAsync($"act_id = '{answer.GetProperty("act_id").GetGuid()}'");

    public Task<string> EntriesAsync(string? condition = null) => operators.Database.ScalarAsync<string>(
        $"""
        select coalesce(string_agg(concat_ws(' ', state, after), ';' order by sequence), '') from audit_entries
        where action = 'user_joined' and subject_id = '{Guest}' and {condition ?? "true"}
        """);

    /// <summary>Keeps a lock of Accounts until so many wait for it, then does what its owner did, and lets them go on.</summary>
    public async Task<T> LockedAsync<T>(string kind, string text, int waiting, Func<Task<T>> act, Func<Task>? meanwhile = null)
    {
        await using var connection = new Npgsql.NpgsqlConnection(operators.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"select pg_advisory_xact_lock(hashtextextended('{kind} {text}', 0))";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var answer = act();
        await IsWaitedForAsync(kind, text, waiting);
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return await answer;
    }

    /// <summary>Waits until so many wait for a lock of Accounts.</summary>
    public Task IsWaitedForAsync(string kind, string text, int waiting) => Eventually.IsTrueAsync(
        () => operators.Database.ScalarAsync<bool>(
            $"""
            select count(*) = {waiting} from pg_locks
            where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())
                and ((classid::bigint << 32) | objid::bigint) = hashtextextended('{kind} {text}', 0)
            """),
        $"{waiting} wait for the lock of {kind} {text}");
}
