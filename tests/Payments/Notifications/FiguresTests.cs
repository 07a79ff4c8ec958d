using Grpc.Core;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>The payments of all users by day.</summary>
[Collection(StackCollection.Name)]
public sealed class FiguresTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Each_day_of_UTC_has_what_was_paid_refunded_and_disputed_on_it()
    {
        var first = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        var second = await stack.PaidAsync(_user);
        var third = await stack.PaidAsync(_user, """{"amount_cents":900}""");
        await MoveAsync(first, Payments.PaymentEventType.Credited, "2020-03-01 23:59:59.999999+00");
        await MoveAsync(second, Payments.PaymentEventType.Credited, "2020-03-02 00:00:00+00");
        await MoveAsync(third, Payments.PaymentEventType.Credited, "2020-03-02 23:59:59.999999+00");
        await stack.RefundAsync(second.PaymentIntentId, 300);
        await MoveAsync(second, Payments.PaymentEventType.Refunded, "2020-03-02 11:00:00+00");
        var lost = await stack.DisputeAsync(first.PaymentIntentId);
        await MoveAsync(first, Payments.PaymentEventType.Disputed, "2020-03-02 12:00:00+00");
        var won = await stack.DisputeAsync(third.PaymentIntentId);
        await MoveAsync(third, Payments.PaymentEventType.Disputed, "2020-03-02 13:00:00+00");
        await stack.CloseAsync(lost, "lost");
        await MoveAsync(first, Payments.PaymentEventType.DisputeLost, "2020-03-04 00:00:00+00");
        await stack.CloseAsync(won, "won");
        await MoveAsync(third, Payments.PaymentEventType.DisputeWon, "2020-03-04 01:00:00+00");
        // What Stripe seldom says: a refund that fails, and a dispute that is lost when it is seen first.
        await AddAsync(Payments.PaymentEventType.RefundFailed, "re_failed", 20, "2020-03-04 02:00:00+00");
        await AddAsync(Payments.PaymentEventType.DisputeLost, "dp_unseen", 7, "2020-03-04 03:00:00+00");
        await AddAsync(Payments.PaymentEventType.AutoTopupStopped, "user", 0, "2020-03-05 00:00:00+00");

        var figures = await GetAsync("2020-03-01", "2020-03-06");
        Assert.Equal(
            [
                new V1.PaymentDay { Day = "2020-03-01", PaidCents = 2_000 },
                new V1.PaymentDay { Day = "2020-03-02", PaidCents = 1_400, RefundedCents = 300, DisputedCents = 2_900 },
                new V1.PaymentDay { Day = "2020-03-04", RefundedCents = -20, DisputedCents = -893 },
            ],
            figures.Days);
        Assert.Equal(figures.Days[1], Assert.Single((await GetAsync("2020-03-02", "2020-03-02")).Days));
        Assert.Empty((await GetAsync("2020-03-03", "2020-03-03")).Days);
        // The wallet agrees with what is left: 200 of the second payment, and the third.
        await stack.WalletBecomesAsync(_user, 1_100);
    }

    [Fact]
    public async Task Events_and_commands_that_wait_are_counted()
    {
        var before = await GetAsync("2020-01-01", "2020-01-01");
        var paid = await stack.PaidAsync(_user);
        stack.WalletGate.Close();
        try
        {
            await stack.RefundAsync(paid.PaymentIntentId, 100);
            await Eventually.IsTrueAsync(
                async () => (await GetAsync("2020-01-01", "2020-01-01")).PendingWalletCommands == before.PendingWalletCommands + 1,
                "a clawback that waits for the wallet");
        }
        finally
        {
            stack.WalletGate.Reopen();
        }
        await stack.WalletBecomesAsync(_user, 400);
    }

    [Fact]
    public async Task What_was_set_aside_is_counted_until_it_is_dismissed()
    {
        var id = $"cs_{Guid.NewGuid():N}";
        var before = (await GetAsync("2020-01-01", "2020-01-01")).ParkedItems;
        await stack.Database.ExecuteAsync(
            $"insert into parked_items (kind, id, reason, attempts, parked_at) values (1, '{id}', 'failed', 1, now())");
        Assert.Equal(before + 1, (await GetAsync("2020-01-01", "2020-01-01")).ParkedItems);
        await stack.Operator.DismissParkedItemAsync(new() { Kind = ParkedItemKind.Session, Id = id });
        var after = await GetAsync("2020-01-01", "2020-01-01");
        Assert.Equal(before, after.ParkedItems);
        Assert.Equal(
            await stack.Database.ScalarAsync<long>("select count(*) from access_grants where state in (1, 5)"), after.PendingGrants);
    }

    [Theory]
    [InlineData("", "2020-02-02")]
    [InlineData("2020-02-02", "2020-02-01")]
    [InlineData("2020-01-01", "2020-04-02")]
    public async Task Other_days_are_rejected(string first, string last)
    {
        var rejected = await Assert.ThrowsAsync<RpcException>(() => GetAsync(first, last));
        Assert.Equal((StatusCode.InvalidArgument, PaymentsErrorCodes.InvalidArgument), (rejected.StatusCode, rejected.ErrorCode()));
    }

    private Task<GetFiguresResponse> GetAsync(string first, string last) =>
        stack.Operator.GetFiguresAsync(new GetFiguresRequest { FirstDay = first, LastDay = last }).ResponseAsync;

    // Waits for the event, and dates it.
    private async Task MoveAsync(Paid paid, Payments.PaymentEventType type, string at)
    {
        var found = $"payment_intent_id = '{paid.PaymentIntentId}' and type = {(short)type}";
        await Eventually.IsTrueAsync(
            () => stack.Database.ScalarAsync<bool>($"select exists (select from payment_events where {found})"), $"the event {type}");
        await stack.Database.ExecuteAsync($"update payment_events set created_at = '{at}' where {found}");
    }

    private Task AddAsync(Payments.PaymentEventType type, string reference, long cents, string at) => stack.Database.ExecuteAsync(
        $"""
        insert into payment_events (type, user_id, session_id, payment_intent_id, reference, amount_cents, credits, created_at)
        values ({(short)type}, '{_user}', 'cs_1', 'pi_1', '{reference}', {cents}, 0, '{at}')
        """);
}
