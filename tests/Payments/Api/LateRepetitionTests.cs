namespace ReelBallers.Payments.Tests;

/// <summary>A top-up whose first attempt failed, repeated under its key a day later.</summary>
[Collection(StackCollection.Name)]
public sealed class LateRepetitionTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _key = $"late-{Guid.NewGuid()}";

    [Theory]
    [InlineData(22 * 60 + 40)]
    [InlineData(3 * 24 * 60)]
    public async Task A_key_whose_first_attempt_failed_starts_the_topup_much_later(int minutes)
    {
        await using (await stack.FaultAsync("status", "POST /v1/checkout/sessions", times: 3, status: 503))
        {
            var failed = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"starter"}""", _key);
            Assert.Equal(503, failed.Status);
        }
        await stack.Database.ExecuteAsync(
            $"""
            update checkouts set created_at = created_at - interval '{minutes} minutes',
                session_expires_at = session_expires_at - interval '{minutes} minutes' where user_id = '{_user}'
            """);

        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""", _key);

        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_key_whose_session_has_ended_unnoticed_is_a_conflict_and_not_a_second_payment()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""", _key);
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 500);
        // The state of an attempt whose answer was never stored, a day later.
        await stack.Database.ExecuteAsync(
            $"""
            update checkouts set created_at = created_at - interval '23 hours' where user_id = '{_user}';
            update idempotency_records set status = null, body = null, leased_until = now() where user_id = '{_user}'
            """);

        var again = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"pack":"starter"}""", _key);

        Assert.Equal((409, "checkout_ended"), (again.Status, again.Code));
    }
}
