using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments.Tests;

/// <summary>The settings of Payments, as the service registers them.</summary>
public class PaymentsOptionsTests
{
    [Theory]
    [InlineData("Stripe:SecretKey", "")]
    [InlineData("Stripe:WebhookSecret", null)]
    [InlineData("App:Url", "ftp://example.com")]
    [InlineData("App:Url", "example.com")]
    [InlineData("App:Url", "https://example.com/?a=b")]
    [InlineData("Stripe:ApiBase", "localhost:12111")]
    [InlineData("Stripe:ApiBase", "https://example.com/#a")]
    [InlineData("Stripe:BreakAfter", "1")]
    [InlineData("Checkout:SuccessUrl", "/thanks")]
    [InlineData("Checkout:CancelUrl", "javascript:alert(1)")]
    [InlineData("Checkout:ExpiresAfterMinutes", "30")]
    [InlineData("Checkout:ReuseForMinutes", "-1")]
    [InlineData("Reconciler:IntervalSeconds", "0")]
    [InlineData("Reconciler:LookBackHours", "721")]
    [InlineData("Catalog:FreeAmounts", "yes")]
    [InlineData("Catalog:Packs:0:Credits", "many")]
    [InlineData("Provisioning:Mode", "api")]
    [InlineData("Provisioning:FallbackMode", "nobody")]
    [InlineData("Provisioning:ApiUrl", "tradingview.com")]
    [InlineData("Provisioning:SessionId", "a;b")]
    [InlineData("Provisioning:Signature", "a b")]
    [InlineData("Provisioning:Concurrency", "0")]
    [InlineData("Provisioning:MaxAttempts", "21")]
    [InlineData("Provisioning:RetryAfterSeconds", "0")]
    [InlineData("Provisioning:SessionRetrySeconds", "3601")]
    public void An_invalid_setting_stops_the_start_and_reveals_no_secret(string key, string? value)
    {
        var errors = Errors((key, value));

        Assert.All(errors, error => Assert.StartsWith($"{key} is", error, StringComparison.Ordinal));
        var error = Assert.Single(errors);
        Assert.Contains("Set it to", error, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_test_value", error, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_value", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_invalid_setting_of_every_section_is_reported_at_once()
    {
        Assert.Equal(
            [
                "Catalog:MinCents is 49. Set it to an integer from 50 to 99999999.",
                "Checkout:ReuseForMinutes is 31. Set it to an integer from 0 to 30.",
                "Reconciler:GraceSeconds is -1. Set it to an integer from 0 to 3600.",
                "Stripe:SecretKey is not set. Set it to the secret key of the Stripe account (sk_…).",
                "Stripe:WebhookSecret is not set. Set it to the signing secret of the webhook endpoint (whsec_…).",
            ],
            Errors(
                ("Stripe:SecretKey", " "), ("Stripe:WebhookSecret", ""), ("Catalog:MinCents", "49"), ("Checkout:ReuseForMinutes", "31"),
                ("Reconciler:GraceSeconds", "-1")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "", "", 4, 5, false, true)]
    [InlineData("PROVISIONING_MODE=manual,TV_SESSION_ID=a,TV_SIGNATURE=b", "a", "b", 4, 5, false, true)]
    [InlineData("TV_SESSION_ID=a,TV_SIGNATURE=b,WORKER_CONCURRENCY=7,WORKER_MAX_RETRIES=9", "a", "b", 7, 9, true, true)]
    [InlineData("TV_SESSION_ID=a", "a", "", 4, 5, false, true)]
    [InlineData("PROVISIONING_FALLBACK_MODE=none", "", "", 4, 5, false, false)]
    [InlineData("TV_SESSION_ID=a,Provisioning:SessionId=c,TV_SIGNATURE= b ", "c", "b", 4, 5, true, true)]
    [InlineData("Provisioning:Concurrency=2,WORKER_CONCURRENCY=x,Provisioning:MaxAttempts=3", "", "", 2, 3, false, true)]
    public void The_variables_of_such_deployments_count_where_a_setting_is_missing(
        string settings, string sessionId, string signature, int concurrency, int attempts, bool usesApi, bool fallsBack)
    {
        var builder = Builder([.. settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('='))
            .Select(pair => (pair[0], (string?)pair[1]))]);
        using var provider = builder.Services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<ProvisioningOptions>>().Value;
        Assert.Equal(
            (sessionId, signature, concurrency, attempts, usesApi, fallsBack),
            (options.SessionId, options.Signature, options.Concurrency, options.MaxAttempts, options.UsesApi, options.FallsBack));
        Assert.Equal("https://www.tradingview.com", options.BaseUrl);
    }

    [Fact]
    public void A_session_that_is_missing_and_a_variable_that_is_no_number_stop_the_start() => Assert.Equal(
        [
            "Provisioning:Concurrency (or WORKER_CONCURRENCY) is 'many'. Set it to an integer.",
            "Provisioning:SessionId is not set. Set it to the cookie sessionid of the scripts' owner.",
            "Provisioning:Signature is not set. Set it to the cookie sessionid_sign of the scripts' owner.",
        ],
        Errors(("PROVISIONING_MODE", "unofficial-api"), ("WORKER_CONCURRENCY", "many")).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Product", "")]
    [InlineData("Product", "a b")]
    [InlineData("DurationDays", "0")]
    [InlineData("DurationDays", "3651")]
    public void A_grant_of_a_pack_is_validated(string setting, string value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Id"] = "script",
            ["PriceCents"] = "500",
            ["Grants:0:Name"] = "n",
            ["Grants:0:Product"] = "PUB;1",
            [$"Grants:0:{setting}"] = value,
        };
        var error = Assert.Single(Errors([.. settings.Select(pair => ($"Catalog:Packs:0:{pair.Key}", pair.Value))]));
        Assert.StartsWith($"Catalog:Packs:0:Grants:0:{setting} is", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pack_grants_a_product_once_and_without_grants_it_has_credits() => Assert.Equal(
        [
            "Catalog:Packs:0:BonusCredits is 1. Set it to an integer from 0 to 0.",
            "Catalog:Packs:0:Grants:1:Product is 'PUB;1', which the pack grants already. Set it to another product.",
            "Catalog:Packs:1:Credits is 0. Set it to an integer from 1 to 99999999.",
        ],
        Errors(
            ("Catalog:Packs:0:Id", "a"), ("Catalog:Packs:0:PriceCents", "500"), ("Catalog:Packs:0:BonusCredits", "1"),
            ("Catalog:Packs:0:Grants:0:Product", "PUB;1"), ("Catalog:Packs:0:Grants:1:Product", "PUB;1"),
            ("Catalog:Packs:1:Id", "b"), ("Catalog:Packs:1:PriceCents", "500")).Order(StringComparer.Ordinal));

    [Fact]
    public void The_return_URLs_can_be_configured_and_default_to_pages_of_the_app()
    {
        var app = new AppOptions { Url = "https://a.test/" };
        var otherwise = new CheckoutOptions();
        var configured = new CheckoutOptions
        {
            SuccessUrl = "https://b.test/thanks?s={CHECKOUT_SESSION_ID}",
            CancelUrl = "https://b.test/cancelled",
        };

        Assert.Equal(
            ("https://a.test/?topup=success&session_id={CHECKOUT_SESSION_ID}", "https://a.test/?topup=cancelled"),
            (otherwise.SuccessUrlFor(app), otherwise.CancelUrlFor(app)));
        Assert.Equal((configured.SuccessUrl, configured.CancelUrl), (configured.SuccessUrlFor(app), configured.CancelUrlFor(app)));
    }

    private static List<string> Errors(params (string Key, string? Value)[] settings)
    {
        using var provider = Builder(settings).Services.BuildServiceProvider();
        return [.. Assert.Throws<OptionsValidationException>(provider.ValidateOptions).Failures];
    }

    private static WebApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(
            [new("Stripe:SecretKey", "sk_test_value"), new("Stripe:WebhookSecret", "whsec_value"),
                new("services:wallet:http:0", "http://w")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.AddPayments();
        builder.Services.AddSingleton<IConfiguration>(builder.Configuration);
        return builder;
    }
}
