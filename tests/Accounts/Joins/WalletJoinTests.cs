using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>What is left in the wallet of an anonymous user becomes the account's after the sign-in.</summary>
public sealed class WalletJoinTests(JoinFixture accounts) : IClassFixture<JoinFixture>
{
    private readonly string _email = AccountsFixture.NewEmail();
    private readonly Guid _guest = Guid.NewGuid();

    [Fact]
    public async Task A_sign_in_to_a_known_address_joins_the_wallets()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await CreditAsync(account, 500);
        await CreditAsync(_guest, 700);

        Assert.Equal(account, await accounts.SignInAsync(_guest, _email));

        await BecomesAsync(
            "state = 1 and attempts = 1 and last_error is null and ended_at is not null and leased_until is null and told_at is not null");
        Assert.Equal((1_200, false), await WalletAsync(account));
        Assert.Equal((0, true), await WalletAsync(_guest));
    }

    [Fact]
    public async Task A_join_waits_until_no_job_holds_credits()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await CreditAsync(_guest, 700);
        await accounts.Wallet.PlaceHoldAsync(new PlaceHoldRequest
        {
            UserId = _guest.ToString(),
            IdempotencyKey = "hold",
            JobId = "job",
            AmountCents = 300,
        });

        await accounts.SignInAsync(_guest, _email);

        await BecomesAsync("state = 0 and attempts > 1 and last_error = 'holds_open' and leased_until is null");
        Assert.Equal((0, false), await WalletAsync(account));
        // The jobs and files do not wait, and are told of once.
        Assert.Equal((1, 2), (ToldTo(accounts.Payments, account), ToldTo(accounts.Others, account)));
        await accounts.Wallet.SettleHoldAsync(new SettleHoldRequest
        {
            UserId = _guest.ToString(),
            IdempotencyKey = "settle",
            JobId = "job",
            AmountCents = 100,
        });
        await BecomesAsync("state = 1 and last_error is null");
        Assert.Equal((600, false), await WalletAsync(account));
    }

    [Fact]
    public async Task An_outage_of_the_Wallet_is_waited_for()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await CreditAsync(_guest, 700);
        var refused = accounts.Gate.Refused;
        accounts.Gate.Close();
        try
        {
            await accounts.SignInAsync(_guest, _email);
            await BecomesAsync("state = 0 and attempts > 0 and last_error is not null and due_at > now() - interval '1 minute'");
            Assert.True(accounts.Gate.Refused > refused);
        }
        finally
        {
            accounts.Gate.Reopen();
        }
        await BecomesAsync("state = 1");
        Assert.Equal((700, false), await WalletAsync(account));
    }

    [Fact]
    public async Task The_services_are_told_over_outages_for_which_the_credits_do_not_wait()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await CreditAsync(_guest, 700);
        accounts.Payments.Failure = RpcErrors.Reject(StatusCode.Internal, "internal_error", "The failure was logged.");
        try
        {
            await accounts.SignInAsync(_guest, _email);
            await BecomesAsync("state = 0 and attempts > 1 and told_at is null and last_error like 'Internal: %'");
            Assert.Equal((700, false), await WalletAsync(account));
            Assert.True(ToldTo(accounts.Payments, account) > 0);
        }
        finally
        {
            accounts.Payments.Failure = null;
        }
        await BecomesAsync("state = 1 and told_at is not null and last_error is null");
        Assert.Equal((700, false), await WalletAsync(account));
    }

    [Fact]
    public async Task A_join_that_the_Wallet_rejects_waits_for_an_operator()
    {
        var (account, other) = (await accounts.CreateAccountAsync(_email), Guid.NewGuid());
        await CreditAsync(_guest, 700);
        await JoinAsync(other, "by-an-operator");

        await accounts.SignInAsync(_guest, _email);

        await BecomesAsync("state = 2 and attempts = 1 and last_error like 'already_joined: %' and ended_at is not null");
        await LoggedAsync("Error", "already_joined");
        Assert.Equal((0, false), await WalletAsync(account));
        Assert.Equal((700, false), await WalletAsync(other));
    }

    [Fact]
    public async Task A_join_whose_process_died_before_it_was_noted_is_taken_over_and_moves_nothing_twice()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await CreditAsync(_guest, 700);
        await JoinAsync(account, WalletJoiner.IdempotencyKey, "accounts", "sign-in");
        await InsertAsync(account, attempts: 1, leasedFor: "2 seconds");

        await BecomesAsync("state = 1 and attempts = 2 and ended_at >= created_at + interval '2 seconds'");
        Assert.Equal((700, false), await WalletAsync(account));
    }

    [Fact]
    public async Task A_join_that_waits_long_is_logged()
    {
        var account = await accounts.CreateAccountAsync(_email);
        await CreditAsync(_guest, 100);
        await accounts.Wallet.PlaceHoldAsync(new PlaceHoldRequest
        {
            UserId = _guest.ToString(),
            IdempotencyKey = "hold",
            JobId = "job",
            AmountCents = 100,
        });
        await InsertAsync(account, attempts: WalletJoiner.AttemptsBetweenWarnings - 1, leasedFor: "0 seconds");
        await BecomesAsync($"state = 0 and attempts = {WalletJoiner.AttemptsBetweenWarnings} and due_at > now() + interval '20 seconds'");
        await LoggedAsync("Warning", "holds_open");
    }

    [Fact]
    public async Task Two_replicas_join_each_wallet_in_one_attempt()
    {
        await using var replica = await accounts.StartAsync();
        var account = await accounts.CreateAccountAsync(_email);
        var guests = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        await Task.WhenAll(guests.Select(guest => CreditAsync(guest, 10)));
        await accounts.Database.ExecuteAsync(
            $"""
            insert into wallet_joins (from_user_id, into_user_id, state, created_at, due_at, attempts)
            select unnest('{$"{{{string.Join(',', guests)}}}"}'::uuid[]), '{account}', 0, now(), now(), 0
            """);
        await Eventually.IsTrueAsync(
            async () => await CountAsync($"into_user_id = '{account}' and state = 1 and attempts = 1") == guests.Count, "all are joined");
        Assert.Equal((200, false), await WalletAsync(account));
    }

    private Task LoggedAsync(string level, string text) => Eventually.IsTrueAsync(
        () => Task.FromResult(accounts.Logs.Lines.Any(line => line.StartsWith(level, StringComparison.Ordinal)
            && line.Contains($"{_guest}", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal))),
        $"{level} {text} is logged");

    private int ToldTo(UserServiceRecorder service, Guid account) =>
        service.Calls.Count(call => call.FromUserId == $"{_guest}" && call.IntoUserId == $"{account}");

    private async Task CreditAsync(Guid user, long cents) => await accounts.Wallet.CreditAsync(new CreditRequest
    {
        UserId = user.ToString(),
        IdempotencyKey = "topup",
        AmountCents = cents,
        Reason = EntryReason.Topup,
        StripePaymentId = $"pi_{user:N}",
    });

    private async Task JoinAsync(Guid into, string key, string actor = "test", string reason = "") =>
        await accounts.Wallet.JoinWalletsAsync(new JoinWalletsRequest
        {
            FromUserId = _guest.ToString(),
            IntoUserId = into.ToString(),
            IdempotencyKey = key,
            Actor = actor,
            Reason = reason,
        });

    private async Task<(long BalanceCents, bool IsFrozen)> WalletAsync(Guid user)
    {
        var wallet = await accounts.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user.ToString() });
        return (wallet.BalanceCents, wallet.Frozen);
    }

    private Task InsertAsync(Guid account, int attempts, string leasedFor) => accounts.Database.ExecuteAsync(
        $"""
        insert into wallet_joins (from_user_id, into_user_id, state, created_at, due_at, attempts, leased_until)
        values ('{_guest}', '{account}', 0, now(), now(), {attempts}, now() + interval '{leasedFor}')
        """);

    private Task BecomesAsync(string condition) => Eventually.IsTrueAsync(
        async () => await CountAsync($"from_user_id = '{_guest}' and {condition}") == 1, condition);

    private async Task<int> CountAsync(string condition) =>
        (int)await accounts.Database.ScalarAsync<long>($"select count(*) from wallet_joins where {condition}");
}
