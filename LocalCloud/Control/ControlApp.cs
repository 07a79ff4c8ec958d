using System.Text.Json;
using System.Text.Json.Serialization;
using ReelBallers.LocalCloud.Faults;
using ReelBallers.LocalCloud.Resend;
using ReelBallers.LocalCloud.Stripe;
using ReelBallers.LocalCloud.TradingView;

namespace ReelBallers.LocalCloud.Control;

/// <summary>The port that exists only offline: it scripts faults, and performs the actions of the bank and the dashboard.</summary>
internal static class ControlApp
{
    public static WebApplication Build(
        LocalCloudOptions options, FaultStore faults, StripeStore stripe, Mailbox mailbox, AccessBook access, WebApplication openId)
    {
        var builder = CloudApp.CreateBuilder(options.ControlPort);
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton(options.Time);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapGet("/health", () => Results.Text("Healthy"));
        MapFaults(app, faults);
        MailboxPage.Map(app, mailbox);
        StripeControl.Map(app, stripe);
        TradingViewControl.Map(app, access);
        OpenIdControl.Map(app, openId);
        return app;
    }

    private static void MapFaults(WebApplication app, FaultStore faults)
    {
        app.MapPost("/faults", async (HttpContext context) =>
        {
            var (request, errors) = await FaultBody.ReadAsync(context.Request.Body, context.RequestAborted);
            return request is null
                ? Results.ValidationProblem(errors, detail: string.Join("; ", errors.Select(error => $"{error.Key} {error.Value[0]}")))
                : Results.Json(FaultView.Of(faults.Add(request)), statusCode: StatusCodes.Status201Created);
        });
        app.MapGet("/faults", () => new { faults = faults.List().Select(FaultView.Of) });
        app.MapDelete("/faults", () =>
        {
            faults.Clear();
            return Results.NoContent();
        });
    }
}
