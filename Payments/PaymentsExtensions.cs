using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Registers the service's parts; an invalid configuration stops the start.</summary>
internal static class PaymentsExtensions
{
    public static WebApplicationBuilder AddPayments(this WebApplicationBuilder builder)
    {
        var options = PaymentsOptions.From(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(Catalog.From(builder.Configuration));
        builder.AddGrpcClient<WalletService.WalletServiceClient>("wallet");
        builder.Services.AddSingleton<PaymentsMeter>();
        builder.Services.AddSingleton(services => new StripeClient(new StripeClientOptions
        {
            ApiKey = options.StripeSecretKey,
            ApiBase = options.StripeApiBase,
            HttpClient = new SystemNetHttpClient(HttpClient(services), maxNetworkRetries: 0, enableTelemetry: false),
        }));
        builder.Services.AddSingleton<StripeApi>();
        builder.Services.AddScoped<Customers>();
        builder.Services.AddScoped<Checkouts>();
        builder.Services.AddScoped<WalletCredits>();
        builder.Services.AddScoped<Crediting>();
        builder.Services.AddScoped<PaymentEventLog>();
        builder.Services.AddScoped<WalletOutbox>();
        builder.Services.AddScoped<Reversals>();
        builder.Services.AddScoped<OperatorRefunds>();
        builder.Services.AddScoped<WorkerLeases>();
        builder.Services.AddScoped<WebhookInbox>();
        builder.Services.AddScoped<EventDispatch>();
        builder.Services.AddScoped<EventProcessor>();
        builder.Services.AddSingleton<OperatorRefundRetries>();
        builder.Services.AddSingleton<Reconciler>();
        builder.Services.AddHostedService<EventRetries>();
        builder.Services.AddSingleton<InboxObserver>();
        builder.Services.AddHostedService(services => services.GetRequiredService<InboxObserver>());
        builder.Services.AddHostedService(services => services.GetRequiredService<OperatorRefundRetries>());
        builder.Services.AddHostedService<ReconcilerLoop>();
        return builder;
    }

    // The handler limits and retries the attempts; the library's own retries would multiply them.
    private static HttpClient HttpClient(IServiceProvider services) => new(new StripeResilience(
        services.GetRequiredService<PaymentsOptions>(), services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<StripeResilience>>(),
        new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
