using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Registers the services of Accounts.</summary>
internal static class AccountsExtensions
{
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<AppOptions>("App");
        builder.Services.AddValidatedOptions<SignInOptions>("SignIn");
        builder.Services.AddSingleton<AccountsMeter>();
        builder.Services.AddScoped<AccountReader>();
        builder.Services.AddAdminOptions();
        builder.Services.AddScoped<RoleChanges>();
        builder.Services.AddScoped<AuditLog>();
        builder.Services.AddScoped<AuditCheck>();
        builder.Services.AddHostedService<OldAddresses>();
        builder.Services.AddScoped<WalletJoins>();
        builder.Services.AddSingleton<LinkTokens>();
        builder.Services.AddSingleton<ReturnTargets>();
        builder.Services.AddScoped<LinkRequests>();
        builder.Services.AddScoped<LinkConfirmations>();
        builder.Services.AddHostedService<OldLinks>();
        builder.AddMail();
        return builder;
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
        builder.Services.AddSingleton<MailWriter>();
        builder.Services.AddSingleton<WakeSignal>();
        builder.Services.AddHostedService<MailListener>();
        builder.Services.AddHostedService<MailSender>();
        builder.Services.AddHostedService<OldMails>();
    }
}
