using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>The limits, wherever they are counted.</summary>
public abstract class RateLimitTests
{
    /// <summary>Starts a Gateway in front of which nothing was counted yet.</summary>
    private protected abstract Task<TestGateway> StartAsync();

    [Fact]
    public async Task Requests_above_the_limit_get_429_with_Retry_After_and_other_users_are_not_affected()
    {
        await using var gateway = await StartAsync();
        var (_, greedy) = await gateway.OpenSessionAsync();
        var (_, modest) = await gateway.OpenSessionAsync();

        using var limited = await UntilLimitedAsync(gateway, greedy);
        Assert.True(limited.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        await GatewayTests.AssertProblemAsync(limited, "rate_limited");

        using var other = await SendAsync(gateway, modest);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task New_sessions_are_limited_per_address()
    {
        await using var gateway = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var answer = await gateway.Client.PostAsync("/api/session", null);
            return answer.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Contains(HttpStatusCode.Created, answers);
    }

    [Fact]
    public async Task Callbacks_have_a_larger_limit()
    {
        await using var gateway = await StartAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/api/webhooks/stripe"), (HttpMethod.Post, "/api/runpod/webhook/1") })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(async _ =>
            {
                using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(method, path));
                return answer.StatusCode;
            }));
            Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        }
    }

    [Fact]
    public async Task Many_users_at_one_address_are_limited_per_address()
    {
        await using var gateway = await StartAsync();
        var tokens = new List<string>();
        for (var user = 0; user < 50; user++)
        {
            tokens.Add((await gateway.OpenSessionAsync()).Token);
        }
        var answers = await SendManyAsync(10_000, request => SendAsync(gateway, tokens[request % tokens.Count]));
        // Each of them stays within its own 300.
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Theory]
    [InlineData("/api/session")]
    [InlineData("/api/session/")]
    [InlineData("/API/session")]
    public async Task Another_spelling_of_the_path_does_not_bypass_the_limit(string path)
    {
        await using var gateway = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var answer = await gateway.Client.PostAsync(path, null);
            return answer.StatusCode;
        }));
        Assert.InRange(answers.Count(status => status == HttpStatusCode.Created), 0, 150);
        Assert.DoesNotContain(HttpStatusCode.OK, answers);
    }

    [Fact]
    public async Task Guessing_tokens_is_limited_per_address()
    {
        await using var gateway = await StartAsync();
        var answers = await SendManyAsync(1000, request => SendAsync(gateway, $"guessed-{request}"));
        Assert.Contains(HttpStatusCode.Unauthorized, answers);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task Health_is_limited()
    {
        await using var gateway = await StartAsync();
        var answers = await SendManyAsync(1000, _ => gateway.Client.GetAsync("/api/health"));
        Assert.Contains(HttpStatusCode.OK, answers);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task Open_event_streams_are_limited_per_user_and_released()
    {
        await using var gateway = await StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        var (_, other) = await gateway.OpenSessionAsync();
        var open = new List<HttpResponseMessage>();
        for (var stream = 0; stream < OpenStreams.Max; stream++)
        {
            open.Add(await OpenStreamAsync(gateway, token));
        }
        Assert.All(open, stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
        using (var tooMany = await OpenStreamAsync(gateway, token))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode);
            Assert.NotNull(tooMany.Headers.RetryAfter);
            await GatewayTests.AssertProblemAsync(tooMany, "too_many_streams");
        }
        using (var others = await OpenStreamAsync(gateway, other))
        {
            Assert.Equal(HttpStatusCode.OK, others.StatusCode);
        }
        open[0].Dispose();
        using var again = await Eventually.BecomesAsync(
            () => OpenStreamAsync(gateway, token), stream => stream.StatusCode == HttpStatusCode.OK, "a stream may be opened again");
        open.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task Each_response_says_what_remains_in_its_buckets()
    {
        await using var gateway = await StartAsync();
        var (_, token) = await gateway.OpenSessionAsync();
        using var first = await SendAsync(gateway, token);
        using var second = await SendAsync(gateway, token);
        Assert.Equal("\"address\";q=1200;w=6, \"user\";q=300;w=6", Header(first, "RateLimit-Policy"));
        Assert.Matches("^\"address\";r=1199;t=1, \"user\";r=299;t=1$", Header(first, "RateLimit"));
        Assert.True(Remaining(second) is 298 or 299, Header(second, "RateLimit"));

        using var anonymous = await gateway.Client.PostAsync("/api/session", null);
        Assert.Equal("\"anonymous\";q=300;w=6, \"new-session\";q=60;w=30", Header(anonymous, "RateLimit-Policy"));

        using var limited = await UntilLimitedAsync(gateway, token);
        Assert.Equal(0, Remaining(limited));
    }

    [Fact]
    public async Task What_is_costly_has_a_smaller_limit_per_user()
    {
        await using var gateway = await StartAsync();
        foreach (var (path, name) in new[]
        {
            ("/api/topup", "topup"), ("/api/auth/link", "sign-in"), ("/api/auth/link/confirm", "sign-in"), ("/api/uploads", "upload"),
            ("/api/uploads/complete", "upload"),
        })
        {
            var (_, token) = await gateway.OpenSessionAsync();
            var answers = await SendManyAsync(100, _ => gateway.SendAsync(HttpMethod.Post, path, ("Authorization", $"Bearer {token}")));
            Assert.Contains(HttpStatusCode.TooManyRequests, answers);
            Assert.InRange(answers.Count(status => status == HttpStatusCode.OK), 60, 99);
            using var limited = await gateway.SendAsync(HttpMethod.Post, path, ("Authorization", $"Bearer {token}"));
            Assert.Contains($"\"{name}\";q=60;w=30", Header(limited, "RateLimit-Policy"), StringComparison.Ordinal);

            // Everything else still works.
            using var other = await SendAsync(gateway, token);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
    }

    // At once: one after another they may be slower than the bucket fills.
    private protected static async Task<HttpResponseMessage> UntilLimitedAsync(TestGateway gateway, string token)
    {
        for (var round = 0; round < 50; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SendAsync(gateway, token)));
            var limited = Array.Find(answers, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
            foreach (var answer in answers.Where(answer => answer != limited))
            {
                answer.Dispose();
            }
            if (limited is not null)
            {
                return limited;
            }
        }
        throw new InvalidOperationException("5000 requests and no limit.");
    }

    private protected static async Task<HttpStatusCode[]> SendManyAsync(int count, Func<int, Task<HttpResponseMessage>> send)
    {
        var statuses = new HttpStatusCode[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (request, _) =>
        {
            using var answer = await send(request);
            statuses[request] = answer.StatusCode;
        });
        return statuses;
    }

    private static Task<HttpResponseMessage> OpenStreamAsync(TestGateway gateway, string token) => gateway.Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, "/api/jobs/1/events") { Headers = { { "Authorization", $"Bearer {token}" } } },
        HttpCompletionOption.ResponseHeadersRead);

    private protected static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string token) => gateway.Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, "/api/wallet") { Headers = { { "Authorization", $"Bearer {token}" } } });

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static int Remaining(HttpResponseMessage response) =>
        int.Parse(Header(response, "RateLimit").Split("\"user\";r=")[1].Split(';')[0], System.Globalization.CultureInfo.InvariantCulture);
}
