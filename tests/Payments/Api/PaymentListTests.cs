using Grpc.Core;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>An operator finds a purchase by any id of Stripe's, and lists those of a user.</summary>
[Collection(StackCollection.Name)]
public sealed class PaymentListTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_purchase_is_found_by_session_payment_charge_refund_and_dispute()
    {
        var other = await stack.PaidAsync(Guid.NewGuid());
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        var charge = (await stack.ChargeAsync(paid.PaymentIntentId)).Id;
        var refund = await stack.RefundAsync(paid.PaymentIntentId, 500);
        var dispute = await stack.DisputeAsync(other.PaymentIntentId);
        foreach (var reversal in new[] { refund, dispute })
        {
            await Eventually.IsTrueAsync(
                () => stack.Database.ScalarAsync<bool>($"select exists (select from stripe_reversals where id = '{reversal}')"),
                "the reversal is recorded");
        }

        foreach (var id in new[] { paid.SessionId, paid.PaymentIntentId, charge, refund })
        {
            var found = await stack.Operator.FindPaymentAsync(new FindPaymentRequest { Id = id });
            Assert.Equal(
                ($"{_user}", paid.SessionId, paid.PaymentIntentId, "pro", 2_000, 2_000, 200, 500),
                (found.UserId, found.SessionId, found.PaymentIntentId, found.PackId, found.PaidCents, found.Credits, found.BonusCredits,
                    found.RefundedCents));
        }
        Assert.Equal(other.SessionId, (await stack.Operator.FindPaymentAsync(new FindPaymentRequest { Id = dispute })).SessionId);
        foreach (var (id, status, code) in new[]
        {
            ("pi_none", StatusCode.NotFound, "payment_not_found"), ("ch_none", StatusCode.NotFound, "payment_not_found"),
            ("", StatusCode.InvalidArgument, "invalid_argument"), ("pi_1\0", StatusCode.InvalidArgument, "invalid_argument"),
        })
        {
            var rejected = await Assert.ThrowsAsync<RpcException>(
                () => stack.Operator.FindPaymentAsync(new FindPaymentRequest { Id = id }).ResponseAsync);
            Assert.Equal((status, code), (rejected.StatusCode, rejected.ErrorCode()));
        }
    }

    [Fact]
    public async Task The_purchases_of_a_user_and_of_joined_users_are_listed_in_pages_newest_first()
    {
        var guest = Guid.NewGuid();
        var paid = await stack.PaidAsync(guest);
        var open = await stack.TopupAsync(_user, """{"amount_cents":700}""");
        var last = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await stack.TopupAsync(Guid.NewGuid(), """{"pack":"pro"}""");
        Assert.Equal([last.SessionId, open.SessionId], (await PagesAsync(_user)).Select(payment => payment.SessionId));

        await stack.Database.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{guest}', '{_user}', now())");
        var all = await PagesAsync(_user);
        Assert.Equal([last.SessionId, open.SessionId, paid.SessionId], all.Select(payment => payment.SessionId));
        Assert.Equal(
            [V1.CheckoutStatus.Open, V1.CheckoutStatus.Open, V1.CheckoutStatus.Paid], all.Select(payment => payment.Status));
        Assert.Equal((0, null, $"{guest}"), (all[1].PaidCents, all[1].CreditedAt, all[2].UserId));

        foreach (var request in new ListPaymentsRequest[]
        {
            new() { UserId = "x" }, new() { UserId = $"{_user}", Limit = 101 }, new() { UserId = $"{_user}", Cursor = "x" },
        })
        {
            var rejected = await Assert.ThrowsAsync<RpcException>(() => stack.Operator.ListPaymentsAsync(request).ResponseAsync);
            Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (rejected.StatusCode, rejected.ErrorCode()));
        }
    }

    private async Task<List<Payment>> PagesAsync(Guid user)
    {
        var (all, cursor) = (new List<Payment>(), "");
        do
        {
            var page = await stack.Operator.ListPaymentsAsync(
                new ListPaymentsRequest { UserId = $"{user}", Limit = 1, Cursor = cursor });
            all.Add(Assert.Single(page.Payments));
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        return all;
    }
}
