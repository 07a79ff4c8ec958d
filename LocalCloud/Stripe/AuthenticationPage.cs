using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The bank's page of a payment intent that needs the owner of its card, for browsers and curl.</summary>
internal static class AuthenticationPage
{
    private const string Path = "/c/authenticate/{id}";

    public static void Map(WebApplication app)
    {
        var store = app.Services.GetRequiredService<StripeStore>();
        app.MapGet(Path, (string id) => store.Run(work => Waiting(work, id) is { } intent
            ? HostedPage.Of(200, CheckoutHtml.Authentication(intent))
            : HostedPage.NotFound()));
        app.MapPost(Path, async (string id, HttpContext context) =>
        {
            var form = await HostedPage.ReadFormAsync(context);
            return store.Run(work =>
            {
                work.Base = HostedPage.BaseOf(context);
                return Waiting(work, id) is { } intent ? Answer(work, intent, form["authentication"] == "complete") : HostedPage.NotFound();
            });
        });
    }

    private static IResult Answer(StripeWork work, JsonObject intent, bool isOwner)
    {
        var status = IntentConfirmation.Authenticate(work, intent, isOwner) ? "succeeded" : "failed";
        var back = IntentConfirmation.ReturnUrlOf(intent);
        return new SeeOther($"{back}{(back.Contains('?', StringComparison.Ordinal) ? '&' : '?')}payment_intent={intent.Id()}"
            + $"&payment_intent_client_secret={intent.Text("client_secret")}&redirect_status={status}");
    }

    private static JsonObject? Waiting(StripeWork work, string id) =>
        work.Find(id, PaymentIntents.Kind) is { } intent && intent["next_action"]?["redirect_to_url"] is not null ? intent : null;
}
