using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments.Tests;

/// <summary>Malformed and hostile requests.</summary>
[Collection(StackCollection.Name)]
public sealed class HostileTopupTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("{}", "amount_cents", "pack")]
    [InlineData("""{"amount_cents":500,"pack":"starter"}""", "amount_cents", "pack")]
    [InlineData("""{"amount_cents":null,"pack":null}""", "amount_cents", "pack")]
    [InlineData("""{"Amount_Cents":500}""", "amount_cents", "pack")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    [InlineData("\"\"", "body")]
    [InlineData("""{"amount_cents":"500"}""", "amount_cents")]
    [InlineData("""{"amount_cents":500.5}""", "amount_cents")]
    [InlineData("""{"amount_cents":{}}""", "amount_cents")]
    [InlineData("""{"amount_cents":1e400}""", "amount_cents")]
    [InlineData("""{"amount_cents":99999999999999999999999999999999999999999999}""", "amount_cents")]
    [InlineData("""{"amount_cents":-9223372036854775808}""", "amount_cents")]
    [InlineData("""{"amount_cents":9223372036854775807}""", "amount_cents")]
    [InlineData("""{"pack":"starter\u0000"}""", "pack")]
    [InlineData("""{"pack":"\ud800"}""", "pack")]
    [InlineData("""{"pack":"LONG"}""", "pack")]
    [InlineData("""{"pack":["starter"]}""", "pack")]
    public async Task A_wrong_topup_is_rejected_by_its_fields_and_begins_nothing(string json, params string[] fields)
    {
        var body = json.Replace("LONG", new string('a', 100_000), StringComparison.Ordinal);

        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, body, idempotencyKey: "key");

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(fields, answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'"));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>($"select count(*) from customers where user_id = '{_user}'"));
    }

    [Theory]
    [InlineData("LONG")]
    [InlineData("cs_%C3%A9")]
    [InlineData("cs_%ED%A0%80")]
    [InlineData("cs_%FF")]
    [InlineData("cs_%0D%0Aforged")]
    [InlineData("cs_%2F..%2Fcustomers")]
    [InlineData("cs_%3Fexpand%5B%5D=customer")]
    [InlineData("%20")]
    [InlineData("'%20or%201=1--")]
    [InlineData("cs_test_unknown")]
    public async Task A_session_that_cannot_be_ours_is_not_found(string sessionId)
    {
        var path = $"/api/topup/{sessionId.Replace("LONG", new string('a', 5_000), StringComparison.Ordinal)}";

        var answer = await stack.SendAsync(HttpMethod.Get, path, _user);

        Assert.Equal((404, "checkout_not_found"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("cs_\0")]
    [InlineData("cs_é")]
    [InlineData("LONG")]
    public async Task Malformed_Stripe_ids_are_rejected_by_gRPC(string id)
    {
        id = id.Replace("LONG", new string('a', 256), StringComparison.Ordinal);
        var cursor = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"1:{id}"));

        await IsInvalidAsync(stack.Operator.GetCheckoutAsync(new() { UserId = _user.ToString(), SessionId = id }).ResponseAsync);
        await IsInvalidAsync(stack.Operator.RefundPaymentAsync(
            new() { PaymentIntentId = id, IdempotencyKey = "key", Actor = "tests" }).ResponseAsync);
        await IsInvalidAsync(stack.Operator.ReplayEventAsync(new() { EventId = id }).ResponseAsync);
        await IsInvalidAsync(stack.Operator.ListDeadEventsAsync(new() { Cursor = cursor }).ResponseAsync);
    }

    private static async Task IsInvalidAsync<T>(Task<T> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (refusal.StatusCode, refusal.ErrorCode()));
    }
}
