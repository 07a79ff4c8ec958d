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
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(
            [new("Stripe:SecretKey", "sk_test_value"), new("Stripe:WebhookSecret", "whsec_value"),
                new("services:wallet:http:0", "http://w")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.AddPayments();
        using var provider = builder.Services.BuildServiceProvider();
        return [.. Assert.Throws<OptionsValidationException>(provider.ValidateOptions).Failures];
    }
}
