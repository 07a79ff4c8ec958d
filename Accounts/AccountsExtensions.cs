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
        builder.Services.AddHttpClient<ResendClient>(client =>
            {
                client.Timeout = ResendClient.Timeout;
                client.MaxResponseContentBufferSize = ResendClient.MaxResponseBytes;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.Services.AddScoped<MailOutbox>();
        builder.Services.AddSingleton<MailWriter>();
        builder.Services.AddSingleton<WakeSignal>();
        builder.Services.AddHostedService<MailListener>();
        builder.Services.AddHostedService<MailSender>();
        builder.Services.AddHostedService<OldMails>();
    }
}
