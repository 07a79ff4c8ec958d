using System.Globalization;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class RejectedRequestTests
{
    public static TheoryData<int, string, string> Heads => new()
    {
        { 400, "bad_request", "POST\r\n\r\n" },
        { 400, "bad_request", "GET /api/packs HTTP/1.1\r\n\r\n" },
        { 400, "bad_request", "GET /api/packs HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
        { 400, "bad_request", "GET /api/packs%00 HTTP/1.1\r\nHost: gateway\r\n\r\n" },
        { 400, "bad_request", "GET /api/packs HTTP/1.1\r\nHost: gateway\r\nNo colon\r\n\r\n" },
        { 400, "bad_request", "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nContent-Length: -1\r\n\r\n" },
        { 400, "bad_request", "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}" },
        { 400, "bad_request", "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: gzip\r\n\r\n{}" },
        { 400, "bad_request", "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n" },
        { 400, "bad_request",
            "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n" },
        { 400, "bad_request", "POST /api/debit HTTP/1.0\r\nHost: gateway\r\nConnection: keep-alive\r\n\r\n{}" },
        { 400, "upgrade_not_supported",
            "GET /api/packs HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\n{}" },
        { 505, "http_version_not_supported", "GET /api/packs HTTP/3.7\r\nHost: gateway\r\n\r\n" },
        { 414, "uri_too_long", $"GET /api/packs?{new string('a', 20_000)} HTTP/1.1\r\nHost: gateway\r\n\r\n" },
        { 414, "uri_too_long", $"GET /api/packs?{new string('a', 8_175 - 11)} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n" },
        { 431, "request_header_fields_too_large", $"GET /api/packs HTTP/1.1\r\nHost: gateway\r\n{ManyHeaders(90, 320)}\r\n" },
        { 431, "request_header_fields_too_large", $"GET /api/packs HTTP/1.1\r\nHost: gateway\r\n{ManyHeaders(150, 10)}\r\n" },
        { 415, "unsupported_media_type",
            "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"
            + "Content-Type: application/grpc\r\nContent-Length: 0\r\n\r\n" },
        { 415, "unsupported_media_type",
            "GET /api/packs HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type:  Application/gRPC+json\r\n\r\n" },
        { 415, "unsupported_media_type",
            "POST /api/debit HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n" },
        { 400, "upgrade_not_supported",
            "GET /api/packs HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n" },
        { 400, "invalid_request",
            "POST /api/topup HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nIdempotency-Key: é\r\nContent-Length: 0\r\n\r\n" },
        { 400, "invalid_request",
            "POST /api/topup HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"
            + "Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 0\r\n\r\n" },
        { 405, "method_not_allowed", "TRACE /api/packs HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_rejected_request_gets_a_problem_and_the_security_headers(int status, string code, string request)
    {
        await using var gateway = await TestGateway.StartAsync();
        AssertProblem(await gateway.SendRawAsync(RawRequest.Text(request)), status, code);
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_is_408()
    {
        await using var gateway = await TestGateway.StartAsync();
        var body = new string('1', 500);
        var trickled = new[] { "/api/topup", "/api/jobs" }.Select(path => RawRequest.Json("POST", path, body)).ToArray();
        Array.ForEach(trickled, request => request.Sending = Sending.Trickled);
        var chunked = RawRequest.Json("POST", "/api/webhooks/stripe", body);
        chunked.Chunk(500);
        var withheld = new[] { RawRequest.Json("POST", "/api/debit", body), chunked };
        Array.ForEach(withheld, request => (request.Sending, request.Withheld) = (Sending.Short, 20));
        var head = RawRequest.Text("POST /api/uploads HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n");

        var answers = await Task.WhenAll(new[] { head }.Concat(trickled).Concat(withheld).Select(gateway.SendRawAsync));

        Assert.All(answers, answer => AssertProblem(answer, 408, "request_timeout"));
    }

    [Fact]
    public async Task A_large_valid_request_is_not_rejected()
    {
        await using var gateway = await TestGateway.StartAsync();
        var target = "/api/packs?" + new string('a', RequestHeadMiddleware.MaxTargetBytes - 11);
        var answer = await gateway.SendRawAsync(RawRequest.Text(
            $"GET {target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"
            + $"Referer: http://x/é\r\nUpgrade: h2c\r\nX-Name: \u0394\r\n{ManyHeaders(40, 100)}\r\n"));
        Assert.Equal(200, answer.Status);
    }

    internal static void AssertProblem(RawAnswer answer, int status, string code)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(["application/problem+json"], answer.Values("Content-Type"));
        Assert.Equal(["nosniff"], answer.Values("X-Content-Type-Options"));
        Assert.Equal(["no-store"], answer.Values("Cache-Control"));
        Assert.Single(answer.Values("Content-Security-Policy"));
        Assert.Empty(answer.Values("Server"));
        if (answer.Values("Content-Length") is [var length])
        {
            Assert.Equal(int.Parse(length, CultureInfo.InvariantCulture), Encoding.UTF8.GetByteCount(answer.Body));
        }
    }

    private static string ManyHeaders(int count, int length) =>
        string.Concat(Enumerable.Range(0, count).Select(number => $"X-Header-{number}: {new string('a', length)}\r\n"));
}
