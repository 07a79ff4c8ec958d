using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ReelBallers.LocalCloud.Stripe;

namespace ReelBallers.LocalCloud.Control;

/// <summary>What the owner's bank or the dashboard would do to a payment.</summary>
internal static class StripeControl
{
    public static void Map(WebApplication app, StripeStore store)
    {
        app.MapPost("/stripe/disputes", (PaymentBody body) => Created(store, work =>
        {
            var charge = ChargeOf(work, body);
            return Disputes.Open(work, charge, body.Amount ?? charge.Number("amount"), "fraudulent", isInquiry: false);
        }));
        app.MapPost("/stripe/disputes/{id}/close", (string id, VerdictBody body) => Answer(store, StatusCodes.Status200OK, work =>
            body.Status is "won" or "lost"
                ? Disputes.Close(work, id, body.Status == "won")
                : throw new StripeError(400, "status must be won or lost")));
        app.MapPost("/stripe/refunds", (PaymentBody body) =>
            Created(store, work => Refunds.Create(work, ChargeOf(work, body), body.Amount, "requested_by_customer", [])));
    }

    private static JsonObject ChargeOf(StripeWork work, PaymentBody body)
    {
        if (string.IsNullOrEmpty(body.PaymentIntent) || body.Amount <= 0)
        {
            throw new StripeError(400, "payment_intent must be given, and amount must be positive where it is");
        }

        return Refunds.ChargeOf(work, body.PaymentIntent);
    }

    private static IResult Created(StripeStore store, Func<StripeWork, JsonObject> act) =>
        Answer(store, StatusCodes.Status201Created, act);

    private static IResult Answer(StripeStore store, int status, Func<StripeWork, JsonObject> act)
    {
        try
        {
            return Results.Text(StripeJson.Print(store.Run(act).Shown()), "application/json", statusCode: status);
        }
        catch (StripeError refusal)
        {
            return Results.Problem(refusal.Message, statusCode: refusal.Status);
        }
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record PaymentBody([property: JsonPropertyName("payment_intent")] string? PaymentIntent, long? Amount);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record VerdictBody(string? Status);
}
