using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe's API and hosted checkout page.</summary>
internal static class StripeCloud
{
    public static WebApplication Build(LocalCloudOptions options, FaultStore faults)
    {
        var builder = CloudApp.CreateBuilder(options.StripePort);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(faults);
        builder.Services.AddSingleton<StripeStore>();
        builder.Services.AddSingleton<StripeIdempotency>();
        builder.Services.AddSingleton<StripeGate>();
        builder.Services.AddHostedService<WebhookSender>();
        builder.Services.AddHostedService<StripeClock>();

        var app = builder.Build();
        var gate = app.Services.GetRequiredService<StripeGate>();
        app.UseCuts();
        app.Use((context, next) => gate.PassAsync(context, next));
        // Inside the gate: a delayed request holds its idempotency key, and a scripted 500 is stored like a real one.
        app.UseFaults(CloudName.Stripe, faults);
        Customers.Map(app);
        PaymentMethods.Map(app);
        CheckoutSessions.Map(app);
        PaymentIntentApi.Map(app);
        Charges.Map(app);
        Refunds.Map(app);
        Disputes.Map(app);
        FraudWarnings.Map(app);
        Events.Map(app);
        Invoices.Map(app);
        Coupons.Map(app);
        PromotionCodes.Map(app);
        BillingPortal.Map(app);
        CheckoutPage.Map(app);
        PortalPage.Map(app);
        ReceiptPage.Map(app);
        InvoicePage.Map(app);
        AuthenticationPage.Map(app);
        app.MapFallback(context => throw StripeGate.Unrecognized(context));
        return app;
    }
}
