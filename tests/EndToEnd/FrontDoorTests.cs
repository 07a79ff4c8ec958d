using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The smallest requests that once got past the door or broke it.</summary>
[Collection(nameof(Stack))]
public sealed class FrontDoorTests(Stack stack)
{
    private const string Chunked =
        "POST /api/debit HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    private readonly RawClient _client = new(stack.Url);

    public static TheoryData<string> PostRoutes() =>
    [
        "/api/session", "/api/topup", "/api/debit", "/api/jobs/quote", "/api/uploads", "/api/uploads/complete", "/api/jobs", "/api/export",
        "/api/webhook", "/api/webhooks/stripe",
        "/api/jobs/00000000-0000-4000-8000-000000000000/cancel", "/api/jobs/00000000-0000-4000-8000-000000000000/retry",
        "/api/runpod/webhook/00000000-0000-4000-8000-000000000000?token=x",
    ];

    public static TheoryData<string> JsonRoutes() =>
        ["/api/topup", "/api/debit", "/api/jobs/quote", "/api/uploads", "/api/uploads/complete", "/api/jobs", "/api/export"];

    [Theory]
    [MemberData(nameof(JsonRoutes))]
    public async Task An_unknown_charset_is_415(string route)
    {
        using var user = await User.ArriveAsync(stack);
        var request = RawRequest.Json("POST", route, "{}", user.Token);
        request.Set("Content-Type", "application/json; charset=x");
        await AssertProblemAsync(415, request);
    }

    [Theory]
    [MemberData(nameof(PostRoutes))]
    public async Task A_grpc_content_type_is_415_on_every_route(string route)
    {
        using var user = await User.ArriveAsync(stack);
        foreach (var contentType in new[] { "application/grpc", "application/grpc+json", "application/grpc+proto", "application/grpc-web",
            "APPLICATION/GRPC; x=y" })
        {
            foreach (var token in new[] { user.Token, null })
            {
                var request = RawRequest.Json("POST", route, "{}", token);
                request.Set("Content-Type", contentType);
                await AssertProblemAsync(415, request);
            }
        }
    }

    [Theory]
    [InlineData("/api/me")]
    [InlineData("/api/jobs")]
    [InlineData("/api/packs")]
    [InlineData("/api/wallet")]
    public async Task A_grpc_content_type_is_415_without_a_body_as_well(string route)
    {
        var request = new RawRequest("GET", route);
        request.Set("Content-Type", "application/grpc");
        await AssertProblemAsync(415, request);
    }

    [Theory]
    [InlineData("/api/packs")]
    [InlineData("/api/pricing")]
    [InlineData("/api/wallet")]
    public async Task A_header_that_is_not_ascii_does_no_harm(string route)
    {
        var request = new RawRequest("GET", route);
        request.Set("Referer", "http://x/\u00c3\u00a9");
        var answer = await AnswerAsync(request);
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Ninety_headers_of_320_bytes_are_431()
    {
        var request = new RawRequest("GET", "/api/packs");
        for (var index = 0; index < 90; index++)
        {
            request.Headers.Add(($"x-filler-{index:00}", new string('a', 320)));
        }
        await AssertProblemAsync(431, request);
    }

    [Theory]
    [InlineData(8175)]
    [InlineData(20_000)]
    public async Task A_long_target_is_414(int length)
    {
        var target = "/api/packs?q=";
        await AssertProblemAsync(414, new RawRequest("GET", target + new string('a', length - target.Length)));
    }

    [Fact]
    public async Task A_body_that_is_slow_or_ends_early_is_408_on_every_route()
    {
        using var user = await User.ArriveAsync(stack);
        // They take seconds each, so all of them wait together.
        await Task.WhenAll(JsonRoutes().Select(route => AssertProblemAsync(408, Request(route.Data, Sending.Trickled, 0)))
            .Concat(PostRoutes().Select(route => AssertProblemAsync(408, Request(route.Data, Sending.Short, 10)))));

        RawRequest Request(string route, Sending sending, int withheld)
        {
            var request = RawRequest.Json("POST", route, $"{{\"x\":\"{new string('a', 300)}\"}}", user.Token);
            (request.Sending, request.Withheld) = (sending, withheld);
            return request;
        }
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET /api/packs HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/packs HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /api/packs HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST /api/debit HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /api/debit HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400)]
    [InlineData("POST /api/debit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400)]
    [InlineData(Chunked + "zz\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData(Chunked + "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413)]
    public async Task What_the_parser_refuses_has_a_problem_body_and_the_security_headers(string bytes, int status) =>
        await AssertProblemAsync(status, new RawRequest("", "") { Verbatim = Encoding.Latin1.GetBytes(bytes) });

    [Theory]
    [InlineData("websocket")]
    [InlineData("h2c")]
    [InlineData("TLS/1.2")]
    public async Task An_upgrade_is_ignored_or_refused_with_a_problem(string protocol)
    {
        var request = new RawRequest("GET", "/api/packs");
        request.Set("Connection", "Upgrade, HTTP2-Settings");
        request.Set("Upgrade", protocol);
        request.Set("HTTP2-Settings", "AAMAAABkAAQAAP__");
        request.Set("Sec-WebSocket-Version", "13");
        request.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        var answer = await AnswerAsync(request);
        Assert.True(answer.Status is 200 or (>= 400 and < 500), answer.Text());
    }

    [Theory]
    [InlineData("CONNECT", "gateway:80")]
    [InlineData("TRACE", "/api/packs")]
    [InlineData("BREW", "/api/packs")]
    [InlineData("DELETE", "/api/session")]
    public async Task A_method_that_a_route_does_not_have_is_refused_with_a_problem(string method, string target)
    {
        var answer = await AnswerAsync(new RawRequest(method, target));
        Assert.True(answer.Status is 400 or 404 or 405, answer.Text());
    }

    private async Task AssertProblemAsync(int status, RawRequest request)
    {
        var answer = await AnswerAsync(request);
        Assert.True(status == answer.Status, $"{status} was expected.\n{answer.Text()}\n{request.Describe(_client.Host)}");
    }

    /// <summary>The answer, which holds to the rules for all answers.</summary>
    private async Task<RawAnswer> AnswerAsync(RawRequest request)
    {
        var answer = await _client.SendAsync(request);
        Assert.True(answer is not null, $"No answer to {request.Describe(_client.Host)}");
        stack.Evidence.Add(request.Method, request.Target, answer);
        var violations = ProblemRules.Violations(request.Method, request.Target, answer).ToList();
        Assert.True(violations.Count == 0 && answer.Status < 500,
            $"{string.Join("; ", violations)}\n{answer.Text()}\n{request.Describe(_client.Host)}");
        return answer;
    }
}
