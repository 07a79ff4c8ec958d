using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Registers the service's parts; an invalid configuration stops the start.</summary>
internal static class PaymentsExtensions
{
    public static WebApplicationBuilder AddPayments(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<AppOptions>("App");
        builder.Services.AddValidatedOptions<StripeOptions>("Stripe");
        builder.Services.AddValidatedOptions<CatalogOptions>("Catalog");
        builder.Services.AddValidatedOptions<CheckoutOptions>("Checkout");
        builder.Services.AddValidatedOptions<ReconcilerOptions>("Reconciler");
        builder.Services.AddValidatedOptions<TopupLimitOptions>("TopupLimits");
        builder.Services.AddValidatedOptions<RetentionOptions>("Retention");
        builder.Services.AddSingleton<Catalog>();
        builder.AddGrpcClient<WalletService.WalletServiceClient>("wallet");
        builder.AddGrpcClient<StorageService.StorageServiceClient>("storage");
        builder.Services.AddSingleton<PaymentsMeter>();
        builder.Services.AddSingleton(Client);
        builder.Services.AddSingleton<StripeKeyAlarm>();
        builder.Services.AddSingleton<StripeApi>();
        builder.Services.AddValidatedOptions<AutoTopupOptions>("AutoTopup");
        builder.Services.AddValidatedOptions<BillingPortalOptions>("BillingPortal");
        builder.Services.AddScoped<Customers>();
        builder.Services.AddScoped<Cards>();
        builder.Services.AddScoped<AutoTopupEnds>();
        builder.Services.AddScoped<AutoTopups>();
        builder.Services.AddScoped<AutoTopupCharges>();
        builder.Services.AddSingleton<AutoTopupWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AutoTopupWorker>());
        builder.Services.AddHostedService<BalanceSignals>();
        builder.Services.AddScoped<Checkouts>();
        builder.Services.AddScoped<WalletCredits>();
        builder.Services.AddScoped<Crediting>();
        builder.Services.AddScoped<PaymentEventLog>();
        builder.Services.AddEventStreams<PaymentsDbContext, PaymentEvent>(PaymentEventLog.Log);
        builder.Services.AddRowChanges("topup_changed");
        builder.Services.AddSingleton<IUserRows<TopupStatusResponse>, UserTopups>();
        builder.Services.AddScoped<WalletOutbox>();
        builder.Services.AddScoped<Reversals>();
        builder.Services.AddScoped<CheckoutRefresh>();
        builder.Services.AddScoped<OperatorRefundSteps>();
        builder.Services.AddScoped<OperatorRefunds>();
        builder.Services.AddScoped<TopupLimits>();
        builder.Services.AddScoped<Erasure>();
        builder.Services.AddScoped<IJoinedUserHandler, JoinedCards>();
        builder.Services.AddScoped<IDeletedUserHandler, DeletedUserPurchases>();
        builder.Services.AddScoped<IUserDataSource, UserPurchases>();
        builder.Services.AddScoped<Disputes>();
        builder.Services.AddScoped<Downloads>();
        builder.Services.AddSingleton<Retention>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Retention>());
        builder.Services.AddScoped<TopupBlocks>();
        builder.Services.AddScoped<FraudWarnings>();
        builder.Services.AddScoped<WorkerLeases>();
        builder.Services.AddScoped<WebhookInbox>();
        builder.Services.AddScoped<EventDispatch>();
        builder.Services.AddScoped<EventProcessor>();
        builder.Services.AddSingleton<OperatorRefundRetries>();
        builder.Services.AddScoped<ParkedItems>();
        builder.Services.AddScoped<ParkedRetries>();
        builder.Services.AddScoped<ReconcilerMarks>();
        builder.Services.AddSingleton<SessionComparison>();
        builder.Services.AddSingleton<ReversalComparison>();
        builder.Services.AddSingleton<EventComparison>();
        builder.Services.AddSingleton<ParkedComparison>();
        builder.Services.AddSingleton<Reconciler>();
        builder.Services.AddSingleton<WalletCommandRetries>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WalletCommandRetries>());
        builder.Services.AddHostedService<EventRetries>();
        builder.Services.AddSingleton<InboxObserver>();
        builder.Services.AddHostedService(services => services.GetRequiredService<InboxObserver>());
        builder.Services.AddHostedService(services => services.GetRequiredService<OperatorRefundRetries>());
        builder.Services.AddHostedService<ReconcilerLoop>();
        builder.AddProvisioning();
        builder.Services.AddPaymentConditions();
        builder.Services.AddSingleton<PaidUsers>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PaidUsers>());
        return builder;
    }

    private static void AddProvisioning(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<ProvisioningOptions>("Provisioning");
        builder.Services.AddOptions<ProvisioningOptions>()
            .PostConfigure<IConfiguration>((options, configuration) => options.Accept(configuration));
        builder.Services.AddHttpClient<AccessApi>(client =>
            {
                client.Timeout = AccessApi.CallTimeout;
                client.MaxResponseContentBufferSize = AccessApi.MaxResponseBytes;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        builder.Services.AddSingleton<AccessSessionAlarm>();
        builder.Services.AddScoped<Grants>();
        builder.Services.AddScoped<PaymentLists>();
        builder.Services.AddScoped<PaymentFigures>();
        builder.Services.AddScoped<GrantLists>();
        builder.Services.AddScoped<GrantTasks>();
        builder.Services.AddScoped<GrantAttempt>();
        builder.Services.AddSingleton<GrantSignal>();
        builder.Services.AddHostedService<GrantListener>();
        builder.Services.AddHostedService<GrantWorker>();
    }

    private static StripeClient Client(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StripeOptions>>().Value;
        // The handler limits and retries the attempts; the library's own retries would multiply them.
        var http = new HttpClient(new StripeResilience(
            options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<StripeResilience>>(),
            new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return new StripeClient(new StripeClientOptions
        {
            ApiKey = options.SecretKey,
            ApiBase = options.ApiBase.Length > 0 ? options.ApiBase.TrimEnd('/') : null,
            HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
        });
    }
}
