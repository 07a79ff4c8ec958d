using ReelBallers.AppHost;

var (builder, data) = AppHostBuilder.Create(args);

// What can be set from outside. A cloud whose key is not LocalCloud's is the real one.
var stripeSecretKey = builder.AddSetting("stripe-secret-key", LocalCloudDefaults.StripeSecretKey, secret: true)
    .WithDescription("Stripe's secret key (sk_…); LocalCloud's own keeps payments offline.");
var stripeWebhookSecret = builder.AddSetting("stripe-webhook-secret", LocalCloudDefaults.StripeWebhookSecret, secret: true)
    .WithDescription("The signing secret (whsec_…) of the webhook endpoint.");
var stripePreviousWebhookSecret = builder.AddSetting("stripe-previous-webhook-secret", "", secret: true)
    .WithDescription("Also accepted while stripe-webhook-secret is rotated.");
var runPodApiKey = builder.AddSetting("runpod-api-key", LocalCloudDefaults.RunPodApiKey, secret: true)
    .WithDescription("RunPod's API key; LocalCloud's own keeps jobs offline.");
var runPodEndpointId = builder.AddSetting("runpod-endpoint-id", LocalCloudDefaults.RunPodEndpointId)
    .WithDescription("The RunPod endpoint that runs the worker.");
var r2AccountId = builder.AddSetting("r2-account-id", LocalCloudDefaults.R2AccountId)
    .WithDescription("Cloudflare's account id.");
var r2AccessKeyId = builder.AddSetting("r2-access-key-id", LocalCloudDefaults.R2AccessKeyId, secret: true)
    .WithDescription("Of an R2 API token; LocalCloud's own keeps files offline.");
var r2SecretAccessKey = builder.AddSetting("r2-secret-access-key", LocalCloudDefaults.R2SecretAccessKey, secret: true)
    .WithDescription("Of the same R2 API token.");
var r2Bucket = builder.AddSetting("r2-bucket", "reelballers-videos")
    .WithDescription("The bucket of all videos; LocalCloud has only this one.");
var r2Jurisdiction = builder.AddSetting("r2-jurisdiction", "")
    .WithDescription("The bucket's jurisdiction: empty, eu or fedramp.");
var allowedOrigins = builder.AddSetting("allowed-origins", "")
    .WithDescription("Origins of front ends elsewhere, comma separated.");
var trustedProxies = builder.AddSetting("trusted-proxies", "")
    .WithDescription("Addresses or ranges of the reverse proxies in front of the Gateway, comma separated.");
var environment = builder.AddSetting("environment", "Production")
    .WithDescription("What the services run as (ASPNETCORE_ENVIRONMENT).");
var rateLimits = builder.AddSetting("rate-limits", "on")
    .WithDescription("on, or off for load tests.");
var redis = builder.AddSetting("redis", "", secret: true)
    .WithDescription("A Redis in which the Gateways share their rate limits: host:6379, or redis://user:password@host:6379.");
var sessionSigningKey = builder.AddRandomSecret("session-signing-key", data)
    .WithDescription("Signs the session tokens.");
var sessionPreviousSigningKeys = builder.AddSetting("session-previous-signing-keys", "", secret: true)
    .WithDescription("The keys that session-signing-key has replaced, comma separated; also accepted.");
var internalCredential = builder.AddRandomSecret("internal-credential", data)
    .WithDescription("Authenticates calls between the Gateway and the services.");
var runPodCallbackKey = builder.AddRandomSecret("runpod-callback-key", data)
    .WithDescription("Signs the URLs that RunPod calls back.");

var resendApiKey = builder.AddSetting("resend-api-key", LocalCloudDefaults.ResendApiKey, secret: true)
    .WithDescription("Resend's API key (re_…); LocalCloud's own keeps mails in its mailbox.");
var resendWebhookSecret = builder.AddSetting("resend-webhook-secret", LocalCloudDefaults.ResendWebhookSecret, secret: true)
    .WithDescription("The signing secret (whsec_…) of Resend's webhook, which reports bounces and complaints.");
var mailFrom = builder.AddSetting("mail-from", "ReelBallers <no-reply@reelballers.example>")
    .WithDescription("The sender of mails, at a domain that is verified at Resend.");
var signInLinkKey = builder.AddRandomSecret("sign-in-link-key", data)
    .WithDescription("Makes the links in sign-in mails.");
var signInPreviousLinkKeys = builder.AddSetting("sign-in-previous-link-keys", "", secret: true)
    .WithDescription("The keys that sign-in-link-key has replaced, comma separated: unsubscribe links of theirs stay valid.");
var webhookSecretKey = builder.AddRandomSecret("webhook-secret-key", data)
    .WithDescription("Makes the signing secrets of webhooks to other systems.");
var googleClientId = builder.AddSetting("google-client-id", LocalCloudDefaults.OpenIdClientId)
    .WithDescription("Google's OAuth client id; LocalCloud's own keeps the sign-in with an issuer offline.");
var googleClientSecret = builder.AddSetting("google-client-secret", LocalCloudDefaults.OpenIdClientSecret, secret: true)
    .WithDescription("Of the same OAuth client.");
var firebaseProjectId = builder.AddSetting("firebase-project-id", "")
    .WithDescription("The Firebase project whose ID tokens sign in; empty for none.");
var adminEmail = builder.AddSetting("admin-email", builder.Configuration["ADMIN_EMAIL"] ?? "")
    .WithDescription("Who signs in with this address first is the first admin; what needs an operator is mailed there.");
var alertWebhookUrl = builder.AddSetting("alert-webhook-url", "", secret: true)
    .WithDescription("An incoming webhook of Slack's, or another URL that takes the same, for what needs an operator.");

// By the names under which such deployments have them, and by ours.
var tvSessionId = builder.AddSetting(
    "tv-session-id", builder.Configuration["TV_SESSION_ID"] ?? LocalCloudDefaults.TradingViewSessionId, secret: true)
    .WithDescription("The cookie sessionid of TradingView for packs that grant access; LocalCloud's own keeps them offline.");
var tvSignature = builder.AddSetting(
    "tv-signature", builder.Configuration["TV_SIGNATURE"] ?? LocalCloudDefaults.TradingViewSignature, secret: true)
    .WithDescription("The cookie sessionid_sign of the same session.");
var tvAccessApiUrl = builder.AddSetting("tv-access-api-url", builder.Configuration["TV_ACCESS_API_URL"] ?? "")
    .WithDescription("Where access is managed; TradingView itself by default.");
var provisioningMode = builder.AddSetting("provisioning-mode", builder.Configuration["PROVISIONING_MODE"] ?? "unofficial-api")
    .WithDescription("unofficial-api, or manual: operators give access by hand.");

// The only process that is reachable from outside; its routes to the services are added below.
var gateway = builder.AddBuiltProject<Projects.Gateway>("gateway")
    .WithReplicatedHttpEndpoint(builder.AddPort("gateway-port", 8080))
    .WithExternalHttpEndpoints()
    .WithoutLinks("http")
    .WithLink("http", "/", "App")
    .WithLink("http", "/openapi/v1.json", "API document");
var gatewayUrl = ReferenceExpression.Create($"{gateway.GetEndpoint("http")}");
var appUrl = builder.Given("app-url") is { } given ? ReferenceExpression.Create($"{given}") : gatewayUrl;

// Stripe, RunPod, R2, Resend, an OpenID issuer and TradingView for a machine that is offline.
var localCloud = builder.AddBuiltProject<Projects.LocalCloud>("localcloud")
    .WithFixedHttpEndpoint("stripe", builder.AddPort("localcloud-stripe-port", 12111), "Stripe__Port")
    .WithFixedHttpEndpoint("runpod", builder.AddPort("localcloud-runpod-port", 12112), "RunPod__Port")
    .WithFixedHttpEndpoint("r2", builder.AddPort("localcloud-r2-port", 12113), "R2__Port")
    .WithFixedHttpEndpoint("resend", builder.AddPort("localcloud-resend-port", 12114), "Resend__Port")
    .WithFixedHttpEndpoint("openid", builder.AddPort("localcloud-openid-port", 12115), "OpenId__Port")
    .WithFixedHttpEndpoint("tradingview", builder.AddPort("localcloud-tradingview-port", 12116), "TradingView__Port")
    .WithFixedHttpEndpoint("control", builder.AddPort("localcloud-control-port", 12110), "Control__Port")
    .WithEnvironment("Stripe__WebhookUrl", $"{gateway.GetEndpoint("http")}/api/webhooks/stripe")
    .WithEnvironment("Resend__WebhookUrl", $"{gateway.GetEndpoint("http")}/api/webhooks/resend")
    .WithEnvironment("DataDirectory", data.For("localcloud"))
    .WithHttpHealthCheck("/health", endpointName: "control")
    .WithoutLinks("control", "stripe", "runpod", "r2", "resend", "openid", "tradingview")
    .WithLink("control", "/mail", "Mailbox")
    .WithLink("control", "/faults", "Faults")
    .WithCloudCommands();

// One server, a database a service.
var databases = await builder.AddDatabasesAsync(data, "walletdb", "paymentsdb", "jobsdb", "storagedb", "accountsdb", "gatewaydb");
var (walletDb, paymentsDb, jobsDb) = (databases["walletdb"], databases["paymentsdb"], databases["jobsdb"]);
var (storageDb, accountsDb, gatewayDb) = (databases["storagedb"], databases["accountsdb"], databases["gatewaydb"]);

var r2Zone = await r2Jurisdiction.Resource.GetValueAsync(default) is { Length: > 0 } jurisdiction ? $".{jurisdiction}" : "";

var wallet = builder.AddService<Projects.Wallet>("wallet", environment, internalCredential)
    .WithReference(walletDb).WaitFor(walletDb);

var storage = builder.AddService<Projects.Storage>("storage", environment, internalCredential)
    .WithReference(storageDb).WaitFor(storageDb)
    .WithEnvironment("R2__AccountId", r2AccountId)
    .WithEnvironment("R2__AccessKeyId", r2AccessKeyId)
    .WithEnvironment("R2__SecretAccessKey", r2SecretAccessKey)
    .WithEnvironment("R2__Bucket", r2Bucket)
    .WithEnvironment("R2__Jurisdiction", r2Jurisdiction);

var payments = builder.AddService<Projects.Payments>("payments", environment, internalCredential)
    .WithReference(paymentsDb).WaitFor(paymentsDb)
    .WithReference(wallet)
    .WithReference(storage)
    .WithEnvironment("App__Url", appUrl)
    .WithEnvironment("Stripe__SecretKey", stripeSecretKey)
    .WithEnvironment("Stripe__WebhookSecret", stripeWebhookSecret)
    .WithEnvironment("Stripe__PreviousWebhookSecret", stripePreviousWebhookSecret)
    .WithEnvironment("Provisioning__Mode", provisioningMode)
    .WithEnvironment("Provisioning__ApiUrl", tvAccessApiUrl)
    .WithEnvironment("Provisioning__SessionId", tvSessionId)
    .WithEnvironment("Provisioning__Signature", tvSignature)
    .WithReconcileCommand(internalCredential);

var jobs = builder.AddService<Projects.Jobs>("jobs", environment, internalCredential)
    .WithReference(jobsDb).WaitFor(jobsDb)
    .WithReference(wallet)
    .WithReference(storage)
    .WithEnvironment("App__Url", appUrl)
    .WithEnvironment("RunPod__ApiKey", runPodApiKey)
    .WithEnvironment("RunPod__EndpointId", runPodEndpointId)
    .WithEnvironment("RunPod__CallbackKey", runPodCallbackKey);

var accounts = builder.AddService<Projects.Accounts>("accounts", environment, internalCredential)
    .WithReference(accountsDb).WaitFor(accountsDb)
    .WithReference(wallet)
    .WithReference(payments)
    .WithReference(storage)
    .WithReference(jobs)
    .WithEnvironment("App__Url", appUrl)
    .WithEnvironment("SignIn__LinkKey", signInLinkKey)
    .WithEnvironment("SignIn__PreviousLinkKeys", signInPreviousLinkKeys)
    .WithEnvironment("SignIn__ReturnOrigins", allowedOrigins)
    .WithEnvironment("Webhooks__SecretKey", webhookSecretKey)
    .WithEnvironment("Admin__Email", adminEmail)
    .WithEnvironment("Alerts__WebhookUrl", alertWebhookUrl)
    .WithEnvironment("Mail__From", mailFrom)
    .WithEnvironment("Mail__ResendApiKey", resendApiKey)
    .WithEnvironment("Mail__ResendWebhookSecret", resendWebhookSecret);

gateway
    .WithReference(gatewayDb).WaitFor(gatewayDb)
    .WithReference(wallet).WaitFor(wallet)
    .WithReference(storage).WaitFor(storage)
    .WithReference(payments).WaitFor(payments)
    .WithReference(jobs).WaitFor(jobs)
    .WithReference(accounts).WaitFor(accounts)
    .WithEnvironment("Internal__Credential", internalCredential)
    .WithEnvironment("Session__SigningKey", sessionSigningKey)
    .WithEnvironment("Session__PreviousSigningKeys", sessionPreviousSigningKeys)
    .WithEnvironment("App__Url", appUrl)
    .WithHostEnvironment(environment)
    .WithEnvironment("Cors__AllowedOrigins", allowedOrigins)
    .WithEnvironment("TrustedProxies", trustedProxies)
    .WithEnvironment("ContentSecurity__StorageOrigins", $"https://{r2AccountId.Resource}{r2Zone}.r2.cloudflarestorage.com")
    .WithEnvironment("RateLimits__Mode", rateLimits)
    .WithEnvironment("ConnectionStrings__redis", redis)
    .WithHttpHealthCheck("/api/health");

// Where the offline clouds take the real ones' place.
if (await stripeSecretKey.Resource.GetValueAsync(default) == LocalCloudDefaults.StripeSecretKey)
{
    payments.WithEnvironment("Stripe__ApiBase", localCloud.GetEndpoint("stripe")).WaitFor(localCloud);
    // What posts no real payments may post to programs on this machine.
    accounts.WithEnvironment("Webhooks__AllowLoopback", "true");
}
if (await runPodApiKey.Resource.GetValueAsync(default) == LocalCloudDefaults.RunPodApiKey)
{
    // Crashes of LocalCloud's workers are made on purpose, and cost nothing.
    jobs.WithEnvironment("RunPod__BaseUrl", $"{localCloud.GetEndpoint("runpod")}/v2").WaitFor(localCloud)
        .WithEnvironment("MarginGuard__PauseSeconds", "5");
}
if (await resendApiKey.Resource.GetValueAsync(default) == LocalCloudDefaults.ResendApiKey)
{
    accounts.WithEnvironment("Mail__ResendUrl", localCloud.GetEndpoint("resend")).WaitFor(localCloud);
}
if (await tvSessionId.Resource.GetValueAsync(default) == LocalCloudDefaults.TradingViewSessionId)
{
    payments.WithEnvironment("Provisioning__ApiUrl", localCloud.GetEndpoint("tradingview"));
}
if (await googleClientId.Resource.GetValueAsync(default) == LocalCloudDefaults.OpenIdClientId)
{
    // Not waited for: Accounts asks an issuer when a user does.
    accounts.WithEnvironment("OpenId__Providers__local__Name", "Local OpenID")
        .WithEnvironment("OpenId__Providers__local__Issuer", localCloud.GetEndpoint("openid"))
        .WithEnvironment("OpenId__Providers__local__ClientId", googleClientId)
        .WithEnvironment("OpenId__Providers__local__ClientSecret", googleClientSecret)
        .WithEnvironment("OpenId__Providers__local__TokenAudiences", LocalCloudDefaults.OpenIdTokenAudience);
}
else
{
    accounts.WithEnvironment("OpenId__Providers__google__ClientId", googleClientId)
        .WithEnvironment("OpenId__Providers__google__ClientSecret", googleClientSecret);
}
if (await firebaseProjectId.Resource.GetValueAsync(default) is { Length: > 0 })
{
    accounts.WithEnvironment("OpenId__Providers__firebase__Issuer", $"https://securetoken.google.com/{firebaseProjectId.Resource}")
        .WithEnvironment("OpenId__Providers__firebase__TokenAudiences", firebaseProjectId);
}
if (await r2AccessKeyId.Resource.GetValueAsync(default) == LocalCloudDefaults.R2AccessKeyId)
{
    storage.WithEnvironment("R2__ServiceUrl", localCloud.GetEndpoint("r2")).WaitFor(localCloud);
    gateway.WithEnvironment("ContentSecurity__StorageOrigins", localCloud.GetEndpoint("r2"));
}
else
{
    // LocalCloud's bucket admits every page of this machine.
    storage.WithEnvironment("R2__AllowedOrigins", ReferenceExpression.Create($"{appUrl},{allowedOrigins}"));
}

foreach (var service in new[] { gateway, wallet, storage, payments, jobs, accounts, localCloud })
{
    service.WithKillCommand();
}

await builder.Build().RunToEndAsync();
