using System.Text;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Whatever bytes come from Stripe's address, a call ends in data, a rejection or an outage.</summary>
public sealed class ArbitraryAnswerTests
{
    private static readonly int[] Statuses = [200, 201, 204, 400, 401, 402, 403, 404, 409, 424, 429, 500, 502, 503];

    private static readonly string[] Shapes =
    [
        """{"id":"cs_1","object":"checkout.session","payment_status":"paid","payment_intent":{"id":"pi_1","object":"payment_intent"}}""",
        """{"object":"list","has_more":false,"data":[{"id":"re_1","object":"refund","amount":5,"status":"succeeded"}]}""",
        """{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such thing","param":"id"}}""",
        """{"error":{"type":"card_error","payment_intent":{"id":"pi_1","object":"payment_intent"},"decline_code":"x"}}""",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_call_never_ends_in_an_exception_of_a_parser(int seed)
    {
        var random = new Random(seed);
        for (var number = 0; number < 1_000; number++)
        {
            var (status, body) = (Statuses[random.Next(Statuses.Length)], Body(random));
            var api = StripeAnswersTests.Api(status, body);
            Func<Task>[] calls =
            [
                () => api.GetSessionAsync("cs_1", CancellationToken.None),
                () => api.RefundsOfAsync("pi_1", CancellationToken.None),
                async () =>
                {
                    await foreach (var _ in api.EventsSinceAsync(DateTimeOffset.UnixEpoch, ["x"], CancellationToken.None))
                    {
                        break;
                    }
                },
            ];
            foreach (var call in calls)
            {
                var failure = await Record.ExceptionAsync(call);
                Assert.True(
                    failure is null or StripeUnavailableException or StripeException,
                    $"Seed {seed}, number {number}, {status}: {failure}\n{Convert.ToHexString(body)}");
            }
        }
    }

    private static byte[] Body(Random random)
    {
        var body = random.Next(4) == 0 ? new byte[random.Next(40)] : Encoding.UTF8.GetBytes(Shapes[random.Next(Shapes.Length)]);
        if (body.Length == 0)
        {
            return body;
        }
        for (var changes = random.Next(6); changes > 0; changes--)
        {
            body[random.Next(body.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:0nt"[random.Next(10)];
        }
        return random.Next(5) == 0 ? body[..random.Next(body.Length)] : body;
    }
}
