using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The offline Resend: what its SDK does not do, its faults, and the mailbox that its mails come to.</summary>
public sealed class ResendApiTests(SharedResend shared) : IClassFixture<SharedResend>
{
    [Theory]
    [InlineData(null, "test", 401, "missing_api_key")]
    [InlineData("Bearer re_other", "test", 401, "validation_error")]
    [InlineData("re_local", "test", 401, "validation_error")]
    [InlineData("Bearer re_local", null, 403, "validation_error")]
    public async Task A_request_needs_the_key_and_a_user_agent(string? authorization, string? userAgent, int status, string name)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shared.Host.ResendUrl, "/emails"));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (userAgent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        }

        using var answer = await http.SendAsync(request);
        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, name), ((int)answer.StatusCode, error.GetProperty("name").GetString()));
        Assert.Equal(status, error.GetProperty("statusCode").GetInt32());
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 422)]
    [InlineData("""{"from":"us@example.com","to":[7],"subject":"s","text":"t"}""", 422)]
    [InlineData("""{"from":"us@example.com","to":[],"subject":"s","text":"t"}""", 422)]
    [InlineData("""{"from":"us@example.com","to":"jo@example.com","subject":"s","text":"t","bcc":"me@example.com"}""", 422)]
    public async Task A_body_that_is_no_mail_is_refused(string body, int status)
    {
        using var answer = await SendAsync(body);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_mail_is_in_the_mailbox_for_programs_and_as_a_page()
    {
        var subject = $"Hello <{Guid.NewGuid():N}>";
        using var answer = await SendAsync(JsonSerializer.Serialize(
            new { from = "us@example.com", to = "jo@example.com", subject, html = "<p>Hi</p>" }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var http = new HttpClient();
        var mails = (await http.GetFromJsonAsync<JsonElement>(new Uri(shared.Host.ControlUrl, "/mail"))).GetProperty("mails");
        var mail = mails.EnumerateArray().Single(one => one.GetProperty("subject").GetString() == subject);
        Assert.Equal("jo@example.com", mail.GetProperty("to")[0].GetString());
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        var page = await http.GetStringAsync(new Uri(shared.Host.ControlUrl, "/mail"));
        Assert.Contains(WebUtility.HtmlEncode(subject), page, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>Hi</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_strikes_and_a_mail_that_was_taken_before_a_cut_is_there()
    {
        using var http = new HttpClient();
        var subject = $"{Guid.NewGuid():N}";
        var body = JsonSerializer.Serialize(new { from = "us@example.com", to = "jo@example.com", subject, text = "t" });
        await FaultAsync(http, new { cloud = "resend", match = "POST /emails", kind = "status", status = 429, times = 1 });
        using var limited = await SendAsync(body);
        Assert.Equal(429, (int)limited.StatusCode);
        await FaultAsync(http, new { cloud = "resend", match = "POST /emails", kind = "cut_after_effect", times = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(body));
        var mails = (await http.GetFromJsonAsync<JsonElement>(new Uri(shared.Host.ControlUrl, "/mail"))).GetProperty("mails");
        Assert.Single(mails.EnumerateArray(), mail => mail.GetProperty("subject").GetString() == subject);
    }

    private async Task FaultAsync(HttpClient http, object fault)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(shared.Host.ControlUrl, "/faults"), fault);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string body)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "Authorization", "Bearer re_local" }, { "User-Agent", "test" } } };
        return await http.PostAsync(new Uri(shared.Host.ResendUrl, "/emails"), new StringContent(body, Encoding.UTF8, "application/json"));
    }
}
