using System.Security.Cryptography;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage.Tests;

/// <summary>An invalid setting is reported with its key and what to write.</summary>
public class OptionsTests
{
    [Fact]
    public void R2_needs_an_endpoint_and_credentials()
    {
        Assert.Equal(
            [
                "R2:AccountId is not set. Set it to the id of the Cloudflare account, or set R2:ServiceUrl.",
                "R2:AccessKeyId is not set. Set it to the access key id of an R2 API token.",
                "R2:SecretAccessKey is not set. Set it to the secret access key of an R2 API token.",
            ],
            Errors("R2", new R2Options()));
    }

    [Theory]
    [InlineData("abc123", "", "https://abc123.r2.cloudflarestorage.com/")]
    [InlineData("", "http://127.0.0.1:9000", "http://127.0.0.1:9000/")]
    [InlineData("abc123", "http://127.0.0.1:9000/", "http://127.0.0.1:9000/")]
    public void The_endpoint_follows_from_the_account_or_is_set(string accountId, string serviceUrl, string endpoint)
    {
        var options = R2(accountId, serviceUrl);
        Assert.Empty(Errors("R2", options));
        Assert.Equal(endpoint, options.GetEndpoint().ToString());
    }

    [Fact]
    public void A_jurisdiction_has_its_own_endpoint()
    {
        var options = new R2Options { AccountId = "abc123", Jurisdiction = "eu", AccessKeyId = "id", SecretAccessKey = "secret" };
        Assert.Empty(Errors("R2", options));
        Assert.Equal("https://abc123.eu.r2.cloudflarestorage.com/", options.GetEndpoint().ToString());
    }

    [Fact]
    public void An_invalid_bucket_jurisdiction_or_origin_is_rejected()
    {
        Assert.Equal(
            [
                "R2:Jurisdiction is 'mars'. Set it to eu or fedramp, or leave it empty.",
                "R2:Bucket is 'A/b'. Set it to 3 to 63 lower-case letters, digits and hyphens.",
                "R2:AllowedOrigins has 'app.example'. Set it to origins like https://app.example, comma separated.",
            ],
            Errors("R2", new R2Options
            {
                AccountId = "a",
                AccessKeyId = "id",
                SecretAccessKey = "secret",
                Jurisdiction = "mars",
                Bucket = "A/b",
                AllowedOrigins = "https://ok.example, app.example",
            }));
        Assert.Equal(
            ["https://a.example", "http://localhost:5173"],
            new R2Options { AllowedOrigins = "https://a.example/, http://localhost:5173,,https://a.example" }.GetAllowedOrigins());
    }

    [Theory]
    [InlineData("", "x", "R2:ServiceUrl is 'x'. Set it to an absolute http or https URL.")]
    [InlineData("", "ftp://x.test", "R2:ServiceUrl is 'ftp://x.test'. Set it to an absolute http or https URL.")]
    [InlineData("", "https://x.test/path", "R2:ServiceUrl is 'https://x.test/path'. Set it to a URL without a path.")]
    [InlineData("", "https://x.test/?a=b", "R2:ServiceUrl is 'https://x.test/?a=b'. Set it to a URL without a path.")]
    public void An_invalid_endpoint_is_rejected(string accountId, string serviceUrl, string error) =>
        Assert.Equal([error], Errors("R2", R2(accountId, serviceUrl)));

    [Fact]
    public void An_invalid_account_is_rejected() => Assert.Equal(
        ["R2:AccountId is 'a.b/c'. Set it to the id of the Cloudflare account: letters and digits."], Errors("R2", R2("a.b/c", "")));

    [Fact]
    public void A_region_is_needed_to_sign() => Assert.Equal(
        ["R2:Region is 'EU central'. Set it to auto for R2, or to the region of the bucket, like eu-central-1."],
        Errors("R2", new R2Options { AccountId = "a", AccessKeyId = "id", SecretAccessKey = "secret", Region = "EU central" }));

    [Fact]
    public void CloudFront_is_optional_and_complete_when_it_is_set()
    {
        Assert.Empty(Errors("CloudFront", new CloudFrontOptions()));
        using var small = RSA.Create(1024);
        foreach (var key in new[] { "secret text", small.ExportRSAPrivateKeyPem(), small.ExportRSAPublicKeyPem() })
        {
            Assert.Equal(
                [
                    "CloudFront:Url is 'https://x.test/videos'. Set it to a URL without a path.",
                    "CloudFront:KeyPairId is not set. Set it to the id of the public key at CloudFront.",
                    "CloudFront:PrivateKey is not an RSA private key of 2048 bits or more in PEM, which CloudFront needs.",
                ],
                Errors("CloudFront", new CloudFrontOptions { Url = "https://x.test/videos", PrivateKey = key }));
        }

        using var right = RSA.Create(2048);
        Assert.Empty(Errors("CloudFront", new CloudFrontOptions
        {
            Url = "https://x.test",
            KeyPairId = "K2JCJMDEHXQW5F",
            PrivateKey = right.ExportRSAPrivateKeyPem(),
        }));
    }

    [Fact]
    public void Limits_that_R2_does_not_accept_are_rejected()
    {
        Assert.Empty(Errors("Storage", new UploadOptions()));
        Assert.Equal(
            [
                "Storage:SinglePartLimitBytes is 0. Set it to an integer from 1 to 5363466240.",
                "Storage:PartSizeBytes is 1. Set it to an integer from 5242880 to 5363466240.",
                "Storage:MaxUploadBytes is -1. Set it to an integer from 1 to 52428800000.",
            ],
            Errors("Storage", new UploadOptions { SinglePartLimitBytes = 0, PartSizeBytes = 1, MaxUploadBytes = -1 }));
        Assert.Empty(Errors("Storage", new UploadOptions { PartSizeBytes = 5_242_880, MaxUploadBytes = 52_428_800_000 }));
    }

    [Fact]
    public void Addresses_are_kept_no_longer_than_their_downloads()
    {
        Assert.Empty(Errors("Retention", new RetentionOptions()));
        Assert.Equal(
            ["Retention:AddressDays is 601. Set it to an integer from 2 to 600."],
            Errors("Retention", new RetentionOptions { AddressDays = 601 }));
    }

    private static R2Options R2(string accountId, string serviceUrl) =>
        new() { AccountId = accountId, ServiceUrl = serviceUrl, AccessKeyId = "id", SecretAccessKey = "secret" };

    private static IReadOnlyList<string> Errors(string section, IValidatedOptions options)
    {
        var errors = new OptionsErrors(section);
        options.Validate(errors);
        return errors.Messages;
    }
}
