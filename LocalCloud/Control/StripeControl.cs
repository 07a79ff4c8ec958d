using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ReelBallers.LocalCloud.Stripe;

namespace ReelBallers.LocalCloud.Control;

/// <summary>The actions of the owner's bank and the dashboard on a payment.</summary>
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
        app.MapPost("/stripe/disputes/{id}/review", (string id) =>
            Answer(store, StatusCodes.Status200OK, work => Disputes.Review(work, id)));
        app.MapPost("/stripe/disputes/{id}/appeal", (string id) =>
            Answer(store, StatusCodes.Status200OK, work => Disputes.Appeal(work, id)));
        app.MapPost("/stripe/payment_methods/{id}", (string id, CardBody body) =>
            Answer(store, StatusCodes.Status200OK, work => Treat(work, id, body)));
        app.MapPost("/stripe/objects/{id}", (string id, ObjectBody body) =>
            Answer(store, StatusCodes.Status200OK, work => Set(work, id, body)));
        app.MapPost("/stripe/early_fraud_warnings", (PaymentBody body) =>
            Created(store, work => FraudWarnings.Open(work, ChargeOf(work, body))));
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

    // A bank changes its mind about a card that it accepted: the money is spent, the card was reported as lost.
    private static JsonObject Treat(StripeWork work, string id, CardBody body)
    {
        var method = work.Find(id, PaymentMethod.Kind) is { } found && found.Text("type") == "card"
            ? found
            : throw new StripeError(404, $"There is no card {id}.");
        var number = body.CardNumber?.Replace(" ", "", StringComparison.Ordinal);
        PaymentMethod.Treat(work, method, number is { Length: > 0 }
            ? TestCard.Of(number)
            : throw new StripeError(400, "card_number must be the number of the test card that it is to behave like"));
        return method;
    }

    // States that no action here leads to: another currency, a status that a later version of Stripe adds, another time.
    private static JsonObject Set(StripeWork work, string id, ObjectBody body)
    {
        var document = work.Find(id) ?? throw new StripeError(404, $"There is no object {id}.");
        foreach (var (field, value) in body.Set ?? throw new StripeError(400, "set must be an object with the fields to set"))
        {
            document[document.ContainsKey(field) && field is not ("id" or "object") ? field
                : throw new StripeError(400, $"{field} is not a field that can be set.")] = value?.DeepClone();
        }

        work.Put(document);
        if (body.Event is not null)
        {
            work.Emit(body.Event, document, body.Event.EndsWith(".updated", StringComparison.Ordinal) ? [] : null);
        }

        return document;
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
    private sealed record CardBody([property: JsonPropertyName("card_number")] string? CardNumber);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record ObjectBody(JsonObject? Set, string? Event);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record VerdictBody(string? Status);
}
