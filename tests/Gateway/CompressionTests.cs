using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ReelBallers.Gateway.Tests;

public sealed class CompressionTests
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/app.js", "text/javascript")]
    [InlineData("/openapi/v1.json", "application/json")]
    [InlineData("/api/wallet/ledger.csv?lines", "text/csv")]
    public async Task What_helps_and_has_no_secret_is_compressed(string path, string contentType)
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.UseSessionAsync();
        using var compressed = await SendAsync(gateway, HttpMethod.Get, path);
        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        Assert.Equal(contentType, compressed.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept-Encoding", compressed.Headers.Vary);
        var plain = await gateway.Client.GetByteArrayAsync(path);
        Assert.True((await compressed.Content.ReadAsByteArrayAsync()).Length * 2 < plain.Length);

        // The same in both.
        using var unpacking = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip });
        unpacking.DefaultRequestHeaders.Authorization = gateway.Client.DefaultRequestHeaders.Authorization;
        Assert.Equal(plain, await unpacking.GetByteArrayAsync(new Uri(gateway.Client.BaseAddress!, path)));
    }

    [Fact]
    public async Task No_other_response_is_compressed()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.UseSessionAsync();
        foreach (var path in new[] { "/api/wallet", "/api/wallet/ledger", "/api/me", "/api/jobs", "/api/download/1", "/api/topup/cs_1" })
        {
            using var answer = await SendAsync(gateway, HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
        }
        using var stream = await SendAsync(gateway, HttpMethod.Get, "/api/jobs/1/events");
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        Assert.Empty(stream.Content.Headers.ContentEncoding);
        using var session = await SendAsync(gateway, HttpMethod.Post, "/api/session");
        Assert.Empty(session.Content.Headers.ContentEncoding);
        Assert.NotEmpty((await session.Content.ReadFromJsonAsync<Dictionary<string, string>>())!["token"]);
    }

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, HttpMethod method, string path) => gateway.Client.SendAsync(
        new HttpRequestMessage(method, path) { Headers = { AcceptEncoding = { new StringWithQualityHeaderValue("gzip") } } },
        HttpCompletionOption.ResponseHeadersRead);
}
