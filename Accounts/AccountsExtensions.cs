using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>Registers the services of Accounts.</summary>
internal static class AccountsExtensions
{
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<AppOptions>("App");
        builder.Services.AddValidatedOptions<SignInOptions>("SignIn");
        // For joins, operators and mails.
        builder.AddGrpcClient<WalletService.WalletServiceClient>("wallet");
        builder.Services.AddSingleton<AccountsMeter>();
        builder.Services.AddScoped<AccountReader>();
        builder.Services.AddScoped<AccountLocks>();
        builder.Services.AddAdminOptions();
        builder.Services.AddScoped<RoleChanges>();
        builder.Services.AddScoped<AuditLog>();
        builder.Services.AddScoped<AuditCheck>();
        builder.Services.AddScoped<AuditFindings>();
        builder.Services.AddHostedService<OldAddresses>();
        builder.Services.AddSingleton<AuditWatch>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<AuditWatch>());
        builder.AddJoins();
        builder.AddDeletions();
        UserDataServices.Add(builder);
        builder.Services.AddScoped<ExportRequests>();
        builder.Services.AddScoped<AccountExport>();
        builder.Services.AddSingleton<LinkTokens>();
        builder.Services.AddSingleton<ReturnTargets>();
        builder.Services.AddScoped<LinkLimits>();
        builder.Services.AddScoped<LinkRequests>();
        builder.Services.AddScoped<AccountSignIns>();
        builder.Services.AddScoped<LinkConfirmations>();
        builder.Services.AddHostedService<OldLinks>();
        builder.Services.AddScoped<AddressChanges>();
        builder.Services.AddScoped<AddressConfirmations>();
        builder.AddPasskeys();
        builder.Services.AddScoped<Tickets>();
        builder.Services.AddScoped<TicketAnswers>();
        builder.Services.AddHostedService<OldTickets>();
        builder.Services.AddSingleton<WorkSignals>();
        builder.Services.AddHostedService<WorkListener>();
        builder.AddMail();
        builder.AddFeeds();
        builder.AddWebhooks();
        builder.AddOpenId();
        builder.AddAlerts();
        return builder;
    }

    private static void AddOpenId(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<OpenIdOptions>("OpenId");
        builder.Services.AddHttpClient(OpenIdProviders.ClientName, client =>
            {
                client.Timeout = OpenIdProviders.Timeout;
                client.MaxResponseContentBufferSize = OpenIdProviders.MaxResponseBytes;
            })
            // The clients live as long as the service; a new connection finds an issuer that has moved.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton<OpenIdProviders>();
        builder.Services.AddSingleton<OpenIdSecrets>();
        builder.Services.AddSingleton<OpenIdCodeFlow>();
        builder.Services.AddScoped<OpenIdSignIns>();
        builder.Services.AddHostedService<OldOpenIdRows>();
    }

    private static void AddPasskeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RelyingParty>();
        builder.Services.AddScoped<PasskeyChallenges>();
        builder.Services.AddScoped<Passkeys>();
        builder.Services.AddScoped<PasskeySignIns>();
        builder.Services.AddHostedService<OldPasskeyChallenges>();
    }

    private static void AddJoins(this WebApplicationBuilder builder)
    {
        JoinedUserServices.Add(builder);
        builder.Services.AddScoped<WalletJoins>();
        builder.Services.AddScoped<OperatorJoins>();
        builder.Services.AddScoped<UserReader>();
        builder.Services.AddHostedService<WalletJoiner>();
    }

    private static void AddDeletions(this WebApplicationBuilder builder)
    {
        DeletionWorker.AddClients(builder);
        builder.Services.AddScoped<AccountDeletions>();
        builder.Services.AddScoped<DeletedUserRows>();
        builder.Services.AddScoped<DeletionRequests>();
        builder.Services.AddHostedService<DeletionWorker>();
        builder.Services.AddSingleton<LateCredits>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LateCredits>());
    }

    private static void AddMail(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<MailOptions>("Mail");
        if (builder.Configuration["Mail:Transport"] == MailOptions.Smtp)
        {
            builder.Services.AddValidatedOptions<SmtpOptions>("Smtp");
            builder.Services.AddSingleton<IMailTransport, SmtpTransport>();
        }
        else
        {
            builder.Services.AddHttpClient<IMailTransport, ResendClient>(client =>
                {
                    client.Timeout = ResendClient.Timeout;
                    client.MaxResponseContentBufferSize = ResendClient.MaxResponseBytes;
                })
                .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        }
        builder.Services.AddScoped<MailOutbox>();
        builder.Services.AddScoped<Suppressions>();
        builder.Services.AddScoped<MailSettings>();
        builder.Services.AddSingleton<UnsubscribeTokens>();
        builder.Services.AddSingleton<MailWriter>();
        builder.Services.AddHostedService<MailSender>();
        builder.Services.AddHostedService<OldMails>();
    }

    private static void AddWebhooks(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<WebhookOptions>("Webhooks");
        builder.Services.AddSingleton<WebhookUrls>();
        builder.Services.AddSingleton<WebhookSecrets>();
        builder.Services.AddHttpClient<WebhookClient>(client => client.Timeout = WebhookClient.Timeout)
            .ConfigurePrimaryHttpMessageHandler(services => WebhookClient.CreateHandler(services.GetRequiredService<WebhookUrls>()))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // They log URLs, whose paths may be secrets of the other system.
            .RemoveAllLoggers();
        builder.Services.AddScoped<WebhookEvents>();
        builder.Services.AddScoped<WebhookDeliveries>();
        builder.Services.AddScoped<WebhookActs>();
        builder.Services.AddHostedService<WebhookSender>();
        builder.Services.AddHostedService<OldWebhooks>();
    }

    // The clients of Payments and Jobs are those of the operators.
    private static void AddFeeds(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<LowBalanceOptions>("LowBalance");
        builder.Services.AddScoped<FeedCursors>();
        builder.Services.AddScoped<NoticeMails>();
        builder.Services.AddScoped<HeldReceipts>();
        builder.Services.AddHostedService<OldFeedRows>();
        builder.Services.AddScoped<LowBalances>();
        builder.Services.AddScoped<FeedRecords>();
        builder.Services.AddScoped<DeadFeedEvents>();
        AddEventFeed<PaymentFeed>(builder.Services);
        AddEventFeed<JobFeed>(builder.Services);
        builder.Services.AddHostedService<BalanceFeed>();
    }

    // For operators too, who have one event handled again.
    private static void AddEventFeed<TFeed>(IServiceCollection services) where TFeed : class, IHostedService, IFeedReader
    {
        services.AddSingleton<TFeed>();
        services.AddSingleton<IFeedReader>(provider => provider.GetRequiredService<TFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<TFeed>());
    }
}
