using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Everything that this service consists of; a mistake in the configuration ends the start.</summary>
internal static class PaymentsExtensions
{
    public static WebApplicationBuilder AddPayments(this WebApplicationBuilder builder)
    {
        var options = PaymentsOptions.From(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(Catalog.From(builder.Configuration));
        builder.AddGrpcClient("wallet", invoker => new WalletService.WalletServiceClient(invoker));
        builder.Services.AddSingleton<IStripeClient>(_ => new StripeClient(new StripeClientOptions
        {
            ApiKey = options.StripeSecretKey,
            ApiBase = options.StripeApiBase,
            HttpClient = new SystemNetHttpClient(new HttpClient { Timeout = StripeApi.AttemptTimeout }),
        }));
        builder.Services.AddSingleton<StripeApi>();
        builder.Services.AddScoped<Customers>();
        builder.Services.AddScoped<Checkouts>();
        builder.Services.AddScoped<WalletCredits>();
        builder.Services.AddScoped<Settlement>();
        builder.Services.AddScoped<EventLog>();
        builder.Services.AddScoped<EventDispatch>();
        builder.Services.AddScoped<EventProcessor>();
        builder.Services.AddHostedService<EventRetries>();
        return builder;
    }
}
