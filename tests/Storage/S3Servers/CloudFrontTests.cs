using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Web;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>Downloads by CloudFront, whose own signer for Node is the reference.</summary>
public sealed class CloudFrontTests(StorageFixture storage) : IClassFixture<StorageFixture>, IClassFixture<NodeTools>
{
    private const string Url = "https://d111111abcdef8.cloudfront.net";
    private const string KeyPairId = "K2JCJMDEHXQW5F";

    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _job = Guid.NewGuid();

    private string Key => $"{_user}/output/{_job}/1.mp4";

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task A_download_link_is_the_one_that_CloudFronts_signer_makes()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportPkcs8PrivateKeyPem();
        await using var app = await storage.StartAsync(settings:
        [
            ("CloudFront:Url", Url), ("CloudFront:KeyPairId", KeyPairId),
            ("CloudFront:PrivateKey", pem.Replace("\n", "\\n", StringComparison.Ordinal)),
        ]);
        await storage.PutDirectlyAsync(Key, SampleBytes.Mp4(2000), "video/mp4");

        var link = await new V1.StorageService.StorageServiceClient(app.Invoker()).SignDownloadAsync(
            new SignDownloadRequest { UserId = $"{_user}", OutputKey = Key, Filename = "Größe (1) \"x\".mp4" });

        Assert.StartsWith($"{Url}/{Key}?", link.Url, StringComparison.Ordinal);
        var query = HttpUtility.ParseQueryString(new Uri(link.Url).Query);
        Assert.Equal("video/mp4", query["response-content-type"]);
        Assert.Contains("UTF-8''Gr%C3%B6%C3%9Fe", query["response-content-disposition"], StringComparison.Ordinal);
        var expires = long.Parse(query["Expires"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(expires, link.ExpiresAt.Seconds - 1, link.ExpiresAt.Seconds + 1);
        var unsigned = link.Url[..link.Url.IndexOf("&Expires=", StringComparison.Ordinal)];
        var reference = await Npm.RunAsync(NodeTools.Folder, "node", ["sign.mjs"], JsonSerializer.Serialize(
            new { url = unsigned, keyPairId = KeyPairId, privateKey = pem, expires }));
        var wanted = HttpUtility.ParseQueryString(new Uri(reference.Trim()).Query);
        Assert.Equal(
            (wanted["Expires"], wanted["Key-Pair-Id"], wanted["Signature"]),
            (query["Expires"], query["Key-Pair-Id"], query["Signature"]));
    }

    [Fact]
    public async Task Without_a_distribution_the_link_is_that_of_the_bucket()
    {
        await storage.PutDirectlyAsync(Key, SampleBytes.Mp4(2000), "video/mp4");
        var link = await storage.Rpc().SignDownloadAsync(
            new SignDownloadRequest { UserId = $"{_user}", OutputKey = Key, Filename = "x.mp4" });
        using var response = await storage.Browser.GetAsync(new Uri(link.Url));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
