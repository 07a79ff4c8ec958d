using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>A dispute and what is set aside for it, by an admin.</summary>
internal static class DisputeCalls
{
    /// <param name="stack">The running stack.</param>
    /// <param name="client">Its session is an admin's.</param>
    /// <param name="uid">The user.</param>
    /// <param name="paymentId">A payment of the user's, which is disputed from now on.</param>
    public static async Task MakeAsync(Stack stack, ContractClient client, string uid, string paymentId)
    {
        var opened = await stack.ControlAsync("/stripe/disputes", new { payment_intent = paymentId, amount = 100 });
        var dispute = opened.GetProperty("id").GetString();
        var evidence = $"/api/admin/disputes/{dispute}/evidence";
        Assert.Equal("needs_response", (await client.GetAsync(evidence)).GetProperty("status").GetString());
        await client.FailAsync(404, "dispute_not_found", HttpMethod.Get, "/api/admin/disputes/dp_none/evidence");
        var submitted = await OperatorCalls.ActAsync(client, HttpMethod.Post, evidence, new { note = "test", reason = "test" });
        Assert.Equal("under_review", submitted.GetProperty("status").GetString());

        // A status of a later version of Stripe sets the payment aside.
        await stack.ControlAsync(
            $"/stripe/objects/{dispute}", new { set = new { status = "arbitration_of_2031" }, @event = "charge.dispute.updated" });
        var letter = $"/api/admin/dead-letters/parked/payment:{paymentId}";
        await Eventually.IsTrueAsync(
            async () => (await client.GetAsync("/api/admin/dead-letters?queue=parked&limit=100")).GetProperty("dead_letters")
                .EnumerateArray().Any(one => one.GetProperty("id").GetString() == $"payment:{paymentId}"),
            "the payment is set aside");
        var replayed = await OperatorCalls.ActAsync(client, HttpMethod.Post, $"{letter}/replay", new { reason = "test" });
        Assert.False(replayed.GetProperty("done").GetBoolean());
        await OperatorCalls.ActAsync(client, HttpMethod.Post, $"{letter}/dismiss", new { reason = "test" });
        await OperatorCalls.ActAsync(client, HttpMethod.Post, $"/api/admin/users/{uid}/lift-topup-block", new { reason = "test" });
    }
}
