using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class WalletServiceTests(WalletFixture fixture)
{
    private Client Wallet => fixture.Wallet;

    [Fact]
    public async Task Placing_and_settling_a_hold_moves_the_money()
    {
        var user = await fixture.UserWithAsync(500);

        var held = await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300));
        Assert.Equal(200, held.BalanceCents);
        Assert.Equal((200, 300), await fixture.BalanceAsync(user));

        var settled = await Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 220));
        Assert.Equal((280, 220, 80), (settled.BalanceCents, settled.SettledCents, settled.RefundedCents));
        Assert.Equal((280, 0), await fixture.BalanceAsync(user));

        var lines = (await fixture.StatementAsync(user))
            .Select(entry => $"{entry.Reason} {entry.ChangeCents} {entry.BalanceAfterCents} {entry.JobId}");
        Assert.Equal(["Refund 80 280 job", "Debit -300 200 job", "Topup 500 500 "], lines);
    }

    [Fact]
    public async Task A_released_hold_is_refunded_completely()
    {
        var user = await fixture.UserWithAsync(500);
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 500));

        var released = await Wallet.ReleaseHoldAsync(Requests.Release(user, "release"));

        Assert.Equal((500, 500), (released.BalanceCents, released.RefundedCents));
        var refund = (await fixture.StatementAsync(user))[0];
        Assert.Equal((V1.EntryReason.Refund, 500, "The job failed"), (refund.Reason, refund.ChangeCents, refund.Description));
    }

    [Fact]
    public async Task An_ended_hold_cannot_end_differently()
    {
        var user = await fixture.UserWithAsync(500);
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold1", 100, "settled"));
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold2", 100, "released"));
        await Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 60, "settled"));
        await Wallet.ReleaseHoldAsync(Requests.Release(user, "release", "released"));
        await Wallet.DebitAsync(Requests.Debit(user, "later", 1));

        var again = await Wallet.SettleHoldAsync(Requests.Settle(user, "settle2", 60, "settled"));
        Assert.Equal((340, 60, 40, true), (again.BalanceCents, again.SettledCents, again.RefundedCents, again.Replayed));
        Assert.Equal("hold_settled", await CodeOfAsync(Wallet.SettleHoldAsync(Requests.Settle(user, "settle3", 61, "settled"))));
        Assert.Equal("hold_settled", await CodeOfAsync(Wallet.ReleaseHoldAsync(Requests.Release(user, "release2", "settled"))));
        Assert.Equal("hold_released", await CodeOfAsync(Wallet.SettleHoldAsync(Requests.Settle(user, "settle4", 60, "released"))));
        Assert.Equal("hold_not_found", await CodeOfAsync(Wallet.SettleHoldAsync(Requests.Settle(user, "settle5", 60, "nowhere"))));
        Assert.Equal("hold_exists", await CodeOfAsync(Wallet.PlaceHoldAsync(Requests.Place(user, "hold3", 100, "released"))));
        Assert.Equal((439, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_repeated_request_with_its_key_gets_the_first_outcome()
    {
        var user = await fixture.UserWithAsync(500);
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300));
        await Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 220));
        await Wallet.DebitAsync(Requests.Debit(user, "debit", 200));

        Assert.Equal((500, true), Of(await Wallet.CreditAsync(Requests.Credit(user, "seed", 500)), r => (r.BalanceCents, r.Replayed)));
        Assert.Equal((200, true), Of(await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 300)), r => (r.BalanceCents, r.Replayed)));
        Assert.Equal((280, 220, 80, true), Of(await Wallet.SettleHoldAsync(Requests.Settle(user, "settle", 220)),
            r => (r.BalanceCents, r.SettledCents, r.RefundedCents, r.Replayed)));
        Assert.Equal((80, true), Of(await Wallet.DebitAsync(Requests.Debit(user, "debit", 200)), r => (r.BalanceCents, r.Replayed)));
        Assert.Equal((80, 0), await fixture.BalanceAsync(user));
        Assert.Equal(4, (await fixture.StatementAsync(user)).Count);
    }

    [Fact]
    public async Task Another_request_with_a_used_key_is_rejected_and_changes_nothing()
    {
        var user = await fixture.UserWithAsync(500);

        Assert.Equal("idempotency_key_reused", await CodeOfAsync(Wallet.CreditAsync(Requests.Credit(user, "seed", 501))));
        Assert.Equal("idempotency_key_reused", await CodeOfAsync(Wallet.CreditAsync(Requests.Credit(user, "seed", 500, payment: "pi_2"))));
        Assert.Equal("idempotency_key_reused", await CodeOfAsync(Wallet.DebitAsync(Requests.Debit(user, "seed", 500))));
        Assert.Equal((500, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_rejected_debit_succeeds_with_the_same_key_once_there_are_funds()
    {
        var user = await fixture.UserWithAsync(99);
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await Wallet.DebitAsync(Requests.Debit(user, "key", 100)));
        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Equal(("insufficient_funds", "99", "100"),
            (refusal.ErrorCode()!, refusal.Trailers.GetValue("balance-cents"), refusal.Trailers.GetValue("required-cents")));

        await Wallet.CreditAsync(Requests.Credit(user, "more", 1));

        Assert.Equal((0, false), Of(await Wallet.DebitAsync(Requests.Debit(user, "key", 100)), r => (r.BalanceCents, r.Replayed)));
    }

    [Fact]
    public async Task The_same_keys_and_jobs_of_two_users_are_independent()
    {
        var (one, other) = (await fixture.UserWithAsync(100), await fixture.UserWithAsync(200));
        await Wallet.PlaceHoldAsync(Requests.Place(one, "hold", 100));

        Assert.Equal("hold_not_found", await CodeOfAsync(Wallet.ReleaseHoldAsync(Requests.Release(other, "release"))));
        Assert.Equal(150, (await Wallet.PlaceHoldAsync(Requests.Place(other, "hold", 50))).BalanceCents);
        Assert.Equal((0, 100), await fixture.BalanceAsync(one));
        Assert.Equal(2, (await fixture.StatementAsync(one)).Count);
    }

    [Fact]
    public async Task Holds_count_towards_the_limit_of_a_wallet()
    {
        var user = await fixture.UserWithAsync(10_000_000_000_000);
        await Wallet.PlaceHoldAsync(Requests.Place(user, "hold", 1000));

        Assert.Equal("balance_limit_exceeded", await CodeOfAsync(Wallet.CreditAsync(Requests.Credit(user, "key", 1))));
        await Wallet.ReleaseHoldAsync(Requests.Release(user, "release"));
        Assert.Equal((10_000_000_000_000, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_user_without_a_wallet_has_a_balance_of_zero()
    {
        var user = Guid.NewGuid().ToString();

        Assert.Equal((0, 0), await fixture.BalanceAsync(user));
        Assert.Empty(await fixture.StatementAsync(user));
        Assert.Equal("insufficient_funds", await CodeOfAsync(Wallet.DebitAsync(Requests.Debit(user, "key", 1))));
        Assert.Equal("hold_not_found", await CodeOfAsync(Wallet.ReleaseHoldAsync(Requests.Release(user, "key"))));
    }

    [Fact]
    public async Task Malformed_requests_are_rejected_by_field()
    {
        var user = await fixture.UserWithAsync(500);
        var long101 = new string('x', 101);
        var calls = new (string Field, Func<AsyncUnaryCall<CreditResponse>>? Credit, Func<AsyncUnaryCall<V1.DebitResponse>>? Debit)[]
        {
            ("user_id", () => Wallet.CreditAsync(Requests.Credit("me", "key", 1)), null),
            ("user_id", () => Wallet.CreditAsync(Requests.Credit(Guid.Empty.ToString(), "key", 1)), null),
            ("idempotency_key", () => Wallet.CreditAsync(Requests.Credit(user, "", 1)), null),
            ("idempotency_key", () => Wallet.CreditAsync(Requests.Credit(user, "tab\t", 1)), null),
            ("idempotency_key", () => Wallet.CreditAsync(Requests.Credit(user, new string('k', 256), 1)), null),
            ("amount_cents", () => Wallet.CreditAsync(Requests.Credit(user, "key", 0)), null),
            ("amount_cents", () => Wallet.CreditAsync(Requests.Credit(user, "key", -1)), null),
            ("amount_cents", () => Wallet.CreditAsync(Requests.Credit(user, "key", long.MaxValue)), null),
            ("reason", () => Wallet.CreditAsync(Requests.Credit(user, "key", 1, V1.EntryReason.Debit)), null),
            ("reason", () => Wallet.CreditAsync(Requests.Credit(user, "key", 1, (V1.EntryReason)99)), null),
            ("stripe_payment_id", () => Wallet.CreditAsync(Requests.Credit(user, "key", 1, payment: "pi\0")), null),
            ("job_id", null, () => Wallet.DebitAsync(Requests.Debit(user, "key", 1, ""))),
            ("job_id", null, () => Wallet.DebitAsync(Requests.Debit(user, "key", 1, "a b"))),
            ("job_id", null, () => Wallet.DebitAsync(Requests.Debit(user, "key", 1, long101))),
            ("amount_cents", null, () => Wallet.DebitAsync(Requests.Debit(user, "key", long.MinValue))),
        };

        foreach (var (field, credit, debit) in calls)
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                _ = credit is null ? (object)await debit!() : await credit();
            });
            Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refusal.StatusCode, refusal.ErrorCode()!));
            Assert.StartsWith($"{field}: ", refusal.Status.Detail, StringComparison.Ordinal);
        }
        Assert.Equal((500, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task Calls_without_the_internal_credential_are_rejected()
    {
        var stranger = new Client(fixture.App.Invoker(withCredential: false));

        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await stranger.GetBalanceAsync(new GetBalanceRequest { UserId = Guid.NewGuid().ToString() }));

        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    private static TResult Of<T, TResult>(T response, Func<T, TResult> select) => select(response);
}
