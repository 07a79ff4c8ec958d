using System.Text;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Arbitrary signed bytes: stored as they came and acknowledged, or rejected and not stored.</summary>
[Collection(StackCollection.Name)]
public sealed class ArbitraryEventTests(Stack stack)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Signed_bytes_are_stored_byte_for_byte_or_rejected(int seed)
    {
        var random = new Random(seed);
        for (var number = 0; number < 150; number++)
        {
            var id = Stack.NewEventId();
            var body = Body(random, id);

            var answer = await stack.DeliverAsync(body);

            Assert.True(answer.Status is 200 or 400, $"Seed {seed}, number {number}: {answer}\n{Convert.ToHexString(body)}");
            var stored = await stack.Database.ScalarAsync<long>($"select count(*) from stripe_events where id = '{id}'");
            if (stored == 1)
            {
                Assert.Equal(200, answer.Status);
                Assert.Equal(
                    Convert.ToHexStringLower(body),
                    await stack.Database.ScalarAsync<string>(
                        $"select encode(convert_to(payload, 'UTF8'), 'hex') from stripe_events where id = '{id}'"));
            }
        }
    }

    private static byte[] Body(Random random, string id)
    {
        string[] types =
        [
            EventTypes.CheckoutSessionCompleted, EventTypes.ChargeRefunded, EventTypes.ChargeDisputeCreated, "v1.billing.meter.error",
        ];
        var body = Encoding.UTF8.GetBytes(Stack.EventOf(types[random.Next(types.Length)], $"cs_test_{random.Next(9)}", id));
        for (var changes = random.Next(5); changes > 0; changes--)
        {
            body[random.Next(body.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:0nt"[random.Next(10)];
        }
        return random.Next(6) == 0 ? body[..random.Next(body.Length)] : body;
    }
}
