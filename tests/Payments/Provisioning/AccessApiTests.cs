using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReelBallers.Payments.Tests;

/// <summary>An outside system that answers as it should not.</summary>
public sealed class AccessApiTests
{
    [Theory]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(200, "")]
    [InlineData(200, "null")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"results":7}""")]
    [InlineData(200, """{"results":[{"username":"Jo","expiration":"soon"}]}""")]
    [InlineData(200, """{"results":[{"username":"Jo","expiration":7}]}""")]
    [InlineData(200, """{"results":[],"next":"https://attacker.invalid/pine_perm/list_users/?c=1"}""")]
    [InlineData(200, """{"results":[],"next":"//attacker.invalid/"}""")]
    [InlineData(408, "{}")]
    [InlineData(429, "{}")]
    [InlineData(500, "<html>")]
    [InlineData(503, "{}")]
    public async Task An_answer_that_is_none_may_come_right(int status, string body)
    {
        using var server = new Answers((status, body));
        await Assert.ThrowsAsync<AccessUnavailableException>(() => server.Api.FindAsync("PUB;1", "Jo", default));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(302)]
    public async Task A_session_that_is_rejected_is_told_apart(int status)
    {
        using var server = new Answers((status, """{"detail":"Log in"}"""));
        var rejected = await Assert.ThrowsAsync<AccessSessionRejectedException>(() => server.Api.AddAsync("PUB;1", "Jo", null, default));
        Assert.Equal(status, rejected.Status);
    }

    [Theory]
    [InlineData(400, """{"detail":"No such user"}""", "The outside system answered 400: No such user")]
    [InlineData(404, "<html>", "The outside system answered 404: no reason")]
    [InlineData(422, """{"detail":["a"]}""", "The outside system answered 422: no reason")]
    [InlineData(200, """{"status":"limit"}""", "add: limit")]
    public async Task What_is_rejected_is_not_tried_again(int status, string body, string reason)
    {
        using var server = new Answers((status, body));
        Assert.Equal(
            reason, (await Assert.ThrowsAsync<AccessRejectedException>(() => server.Api.AddAsync("PUB;1", "Jo", null, default))).Message);
    }

    [Fact]
    public async Task The_list_is_followed_through_its_pages_with_the_session_and_no_further_than_its_path()
    {
        using var server = new Answers(
            (200, """{"results":[{"username":"Ann","expiration":null}],"next":"/pine_perm/list_users/?c=abc"}"""),
            (200, """{"results":[{"username":"jO","expiration":"2031-02-03T04:05:06Z"}],"next":null}"""));
        var found = await server.Api.FindAsync("PUB;1", "Jo", default);
        Assert.Equal(new ListedAccess("jO", new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero)), found);
        Assert.Equal(
            ["POST /pine_perm/list_users/?limit=100&order_by=-created pine_id=PUB%3B1&username=Jo sessionid=s; sessionid_sign=t",
                "POST /pine_perm/list_users/?c=abc pine_id=PUB%3B1&username=Jo sessionid=s; sessionid_sign=t"],
            server.Requests);
        using var endless = new Answers((200, """{"results":[],"next":"/pine_perm/list_users/?c=abc"}"""));
        await Assert.ThrowsAsync<AccessRejectedException>(() => endless.Api.FindAsync("PUB;1", "Jo", default));
    }

    [Theory]
    [InlineData("""[{"username":"Jojo"},{"username":"Jo"}]""", "Jo")]
    [InlineData("""[{"username":"Jojo"},{"name":"jo"},7]""", null)]
    [InlineData("[]", null)]
    public async Task A_name_is_found_only_as_a_whole(string hints, string? name)
    {
        using var server = new Answers((200, hints));
        Assert.Equal(name, await server.Api.FindNameAsync("jo", default));
    }

    [Fact]
    public async Task The_wait_that_it_asks_for_is_read()
    {
        using var server = new Answers((429, "{}")) { RetryAfter = 17 };
        var limited = await Assert.ThrowsAsync<AccessUnavailableException>(() => server.Api.RemoveAsync("PUB;1", "Jo", default));
        Assert.Equal(TimeSpan.FromSeconds(17), limited.RetryAfter);
    }

    private sealed class Answers(params (int Status, string Body)[] answers) : HttpMessageHandler
    {
        private int _next;

        public AccessApi Api => new(new HttpClient(this, disposeHandler: false), Options.Create(new ProvisioningOptions
        {
            ApiUrl = "https://access.test/",
            SessionId = "s",
            Signature = "t",
        }));

        public int? RetryAfter { get; init; }

        public List<string> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {form} {request.Headers.GetValues("Cookie").Single()}");
            var (status, body) = answers[Math.Min(_next++, answers.Length - 1)];
            var response = new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            if (RetryAfter is { } seconds)
            {
                response.Headers.Add("Retry-After", $"{seconds}");
            }
            return response;
        }
    }
}
