using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Users.V1;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>What an anonymous user has bought, and what stands against this user, is the account's after a sign-in.</summary>
[Collection(StackCollection.Name)]
public sealed class JoinedUserTests(Stack stack)
{
    private readonly Guid _guest = Guid.NewGuid();
    private readonly Guid _account = Guid.NewGuid();

    [Fact]
    public async Task The_account_sees_the_topups_and_receipts_of_a_joined_user_and_no_other_user_does()
    {
        var paid = await stack.PaidAsync(_guest);
        Assert.Equal(404, (await ReadAsync(_account, paid.SessionId)).Status);

        await JoinAsync();
        await JoinAsync();

        foreach (var id in new[] { paid.SessionId, paid.PaymentIntentId, $"{paid.SessionId}/receipt" })
        {
            Assert.Equal(200, (await ReadAsync(_account, id)).Status);
            Assert.Equal(404, (await ReadAsync(Guid.NewGuid(), id)).Status);
        }
        var own = await stack.PaidAsync(_account);
        Assert.Equal(404, (await ReadAsync(_guest, own.SessionId)).Status);
        Assert.Equal(500, (await stack.Operator.GetCheckoutAsync(
            new() { UserId = $"{_account}", SessionId = paid.SessionId })).Credits);
    }

    [Fact]
    public async Task A_blocked_user_stays_blocked_after_the_sign_in_until_the_block_is_lifted()
    {
        var paid = await stack.PaidAsync(_guest);
        var later = await stack.PaidAsync(_guest, """{"amount_cents":700}""");
        await LoseAsync(paid.PaymentIntentId);
        Assert.Equal(200, (await TopupAsync(300)).Status);

        await JoinAsync();

        var blocked = await TopupAsync(400);
        Assert.Equal((403, "topup_blocked"), (blocked.Status, blocked.Code));
        Assert.Equal(1, (await stack.Operator.LiftTopupBlockAsync(new() { UserId = $"{_account}", Actor = "ann" })).Lifted);
        Assert.Equal(200, (await TopupAsync(400)).Status);
        // A dispute of an older payment that is lost later.
        await LoseAsync(later.PaymentIntentId);
        Assert.Equal("topup_blocked", (await TopupAsync(600)).Code);
        Assert.Equal(1, (await stack.Operator.LiftTopupBlockAsync(new() { UserId = $"{_guest}", Actor = "ann" })).Lifted);
        Assert.Equal(200, (await TopupAsync(600)).Status);
    }

    [Fact]
    public async Task The_limits_count_both_users_together()
    {
        await using var replica = await stack.StartPaymentsAsync(
            ("TopupLimits:OpenSessionsPerUser", "3"), ("TopupLimits:CentsPerUser", "1000"));
        Assert.Equal(200, (await TopupAsync(100, _guest, replica)).Status);
        Assert.Equal(200, (await TopupAsync(200, _guest, replica)).Status);
        await JoinAsync();

        Assert.Equal(429, (await TopupAsync(701, replica: replica)).Status);
        Assert.Equal(200, (await TopupAsync(300, replica: replica)).Status);
        Assert.Equal(429, (await TopupAsync(150, replica: replica)).Status);
    }

    [Fact]
    public async Task The_saved_cards_and_automatic_topups_of_a_joined_user_end_over_an_outage_of_Stripe_too()
    {
        var card = await stack.SaveCardAsync(_guest);
        await stack.TurnOnAsync(_guest);
        await using (await stack.FaultAsync("status", "POST /v1/payment_methods", times: 1_000, status: 500))
        {
            var outage = await Assert.ThrowsAsync<RpcException>(JoinAsync);
            Assert.Equal((StatusCode.Unavailable, "service_unavailable"), (outage.StatusCode, outage.ErrorCode()));
            Assert.True(await stack.StruckAsync() > 0);
        }
        Assert.Equal("off", (await stack.AutoTopupAsync(_guest)).Text("state"));

        await JoinAsync();

        Assert.Null((await new PaymentMethodService(stack.Stripe).GetAsync(card)).CustomerId);
        Assert.Empty(await stack.CardsAsync(_guest));
        Assert.Empty(await stack.CardsAsync(_account));
    }

    [Fact]
    public async Task A_refund_of_a_joined_users_payment_stops_the_automatic_topups_of_the_account()
    {
        var paid = await stack.PaidAsync(_guest);
        await stack.SaveCardAsync(_account);
        await stack.TurnOnAsync(_account);
        await JoinAsync();
        await JoinWalletsAsync();

        await stack.RefundAsync(paid.PaymentIntentId);

        await stack.AutoTopupBecomesAsync(_account, "stopped", "payment_reversed");
    }

    [Fact]
    public async Task The_evidence_for_a_joined_users_payment_has_what_the_account_has_used_since()
    {
        await stack.PaidAsync(_account);
        await stack.SpendAsync(_account, 7);
        var paid = await stack.PaidAsync(_guest);
        await stack.SpendAsync(_guest, 120);
        await JoinAsync();
        await JoinWalletsAsync();
        await stack.SpendAsync(_account, 130);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);

        var evidence = await stack.Operator.SubmitDisputeEvidenceAsync(new() { DisputeId = dispute, Actor = "ann", Preview = true });

        var log = evidence.ActivityLog.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["120 credits", "130 credits"], log.Select(line => line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public async Task Erasing_the_account_erases_the_joined_user()
    {
        var email = $"erased-{_guest:N}@example.com";
        var topup = await stack.TopupAsync(_guest, """{"pack":"starter"}""");
        Assert.Equal(303, (await stack.PayAsync(topup.CheckoutUrl, ("card_number", "4242424242424242"), ("email", email))).Status);
        await stack.BalanceBecomesAsync(_guest, 500);
        await stack.HandledAsync(topup.SessionId, atLeast: 1);
        await JoinAsync();

        Assert.True((await stack.Operator.ErasePersonAsync(new() { UserId = $"{_account}", Actor = "ann" })).CustomerDeleted);

        Assert.Equal(0L, await stack.Database.ScalarAsync<long>(
            $"""
            select count(*) from (select c::text as row from customers c union all select k::text from checkouts k
                union all select e::text from stripe_events e) rows where position('{email}' in row) > 0
            """));
    }

    private async Task LoseAsync(string paymentIntentId)
    {
        var dispute = await stack.DisputeAsync(paymentIntentId);
        await stack.CloseAsync(dispute, "lost");
        await Eventually.IsTrueAsync(
            () => stack.Database.ScalarAsync<bool>($"select exists (select from topup_blocks where reference = '{dispute}')"), "a block");
    }

    private async Task JoinAsync() => await new JoinedUsersService.JoinedUsersServiceClient(stack.Payments.Invoker())
        .JoinUserAsync(new JoinUserRequest { FromUserId = $"{_guest}", IntoUserId = $"{_account}" });

    private async Task JoinWalletsAsync() => await stack.WalletClient.JoinWalletsAsync(new JoinWalletsRequest
    {
        FromUserId = $"{_guest}",
        IntoUserId = $"{_account}",
        IdempotencyKey = "join",
        Actor = "test",
    });

    private Task<Answer> ReadAsync(Guid user, string id) => stack.SendAsync(HttpMethod.Get, $"/api/topup/{id}", user);

    private Task<Answer> TopupAsync(long cents, Guid? user = null, ServiceApp? replica = null) => stack.SendAsync(
        HttpMethod.Post, "/api/topup", user ?? _account, $$"""{"amount_cents":{{cents}}}""", replica: replica);
}
