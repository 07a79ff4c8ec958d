using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Kinds of mails that a user switches off, in the app or by the link in a mail.</summary>
public sealed class MailSettingsTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    private static readonly string[] Optional = ["auto_topup", "job_failed", "job_finished", "low_balance"];

    [Fact]
    public async Task A_kind_that_is_switched_off_is_not_mailed_until_it_is_on_again()
    {
        var (user, email) = await accounts.PersonAsync();
        Assert.Empty(await OffAsync(user));
        var (status, body) = await PutAsync(user, new { mail = new { job_finished = false } });
        Assert.Equal((HttpStatusCode.OK, email), (status, body.GetProperty("email").GetString()));
        Assert.Equal(["job_finished"], await OffAsync(user));
        accounts.Jobs.Add(FeedFixture.Job(user), FeedFixture.Job(user, JobStatus.Failed));
        await accounts.HandledAsync();
        Assert.Equal(["Your video could not be made"], await SubjectsAsync(email));
        await PutAsync(user, new { mail = new { job_finished = true } });
        Assert.Empty(await OffAsync(user));
        accounts.Jobs.Add(FeedFixture.Job(user));
        await accounts.GotAsync(email, 2);
    }

    [Fact]
    public async Task The_kinds_that_are_required_say_so_and_stay_on()
    {
        var (user, email) = await accounts.PersonAsync();
        string[] required = ["sign_in", "receipt", "refund", "dispute", "ticket", "address_change", "passkey"];
        Assert.Equal(
            Optional.Concat(required).Order(),
            (await GetAsync(user)).GetProperty("mail").EnumerateObject().Select(kind => kind.Name).Order());
        foreach (var kind in required)
        {
            var (status, body) = await PutAsync(user, new { mail = new Dictionary<string, bool> { [kind] = false } });
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (status, body.GetProperty("code").GetString()));
        }
        accounts.Payments.Add(FeedFixture.Payment(user, PaymentEventType.Disputed, "dp_1"));
        Assert.Empty(Headers(Assert.Single(await accounts.GotAsync(email))));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"mail":{}}""")]
    [InlineData("""{"mail":[]}""")]
    [InlineData("""{"mail":{"newsletter":false}}""")]
    [InlineData("""{"mail":{"alert":true}}""")]
    [InlineData("""{"mail":{"low_balance":null}}""")]
    [InlineData("""{"mail":{"low_balance":"false"}}""")]
    [InlineData("""{"mail":{"low_balance":false,"receipt":false}}""")]
    public async Task What_is_malformed_changes_nothing(string body)
    {
        var (user, _) = await accounts.PersonAsync();
        using var answer = await accounts.App.CreateClient(user).PutAsync(
            "/api/account", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await OffAsync(user));
    }

    [Fact]
    public async Task An_anonymous_user_gets_no_mails_and_switches_nothing_off()
    {
        var user = Guid.NewGuid();
        Assert.Equal(JsonValueKind.Null, (await GetAsync(user)).GetProperty("email").ValueKind);
        var (status, body) = await PutAsync(user, new { mail = new { low_balance = false } });
        Assert.Equal((HttpStatusCode.Forbidden, "sign_in_required"), (status, body.GetProperty("code").GetString()));
        Assert.Empty(await OffAsync(user));
    }

    [Fact]
    public async Task A_POST_to_the_link_in_a_mail_switches_its_kind_off_and_a_GET_shows_a_button()
    {
        var (user, email) = await accounts.PersonAsync();
        accounts.Jobs.Add(FeedFixture.Job(user));
        var mail = Assert.Single(await accounts.GotAsync(email));
        var headers = Headers(mail);
        Assert.Equal("List-Unsubscribe=One-Click", headers["List-Unsubscribe-Post"]);
        var link = new Uri(headers["List-Unsubscribe"].Trim('<', '>'));
        Assert.Contains(link.AbsoluteUri, mail.GetProperty("text").GetString(), StringComparison.Ordinal);

        using (var shown = await accounts.App.CreateClient().GetAsync(link.AbsolutePath))
        {
            Assert.Equal("text/html", shown.Content.Headers.ContentType?.MediaType);
            Assert.Contains("<form method=\"post\"><button>", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Empty(await OffAsync(user));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var answer = await accounts.App.CreateClient().PostAsync(
                link.AbsolutePath, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(["job_finished"], await OffAsync(user));
        accounts.Jobs.Add(FeedFixture.Job(user));
        await accounts.HandledAsync();
        Assert.Single(await accounts.MailsAsync(email));
    }

    [Fact]
    public async Task A_link_is_valid_as_long_as_its_key_is_one_of_those_that_were_replaced()
    {
        const string SecondKey = "the-second-link-key-that-is-long-enough";
        var (user, email) = await accounts.PersonAsync();
        accounts.Jobs.Add(FeedFixture.Job(user));
        var path = new Uri(Headers(Assert.Single(await accounts.GotAsync(email)))["List-Unsubscribe"].Trim('<', '>')).AbsolutePath;
        foreach (var (previous, status) in new[]
        {
            (SecondKey, HttpStatusCode.NotFound), ($"{SecondKey},{AccountsFixture.LinkKey}", HttpStatusCode.OK),
        })
        {
            (accounts.Settings["SignIn:LinkKey"], accounts.Settings["SignIn:PreviousLinkKeys"]) =
                ("the-third-link-key-that-is-long-enough-too", previous);
            await using var rotated = await accounts.StartAsync();
            using var answer = await rotated.CreateClient().PostAsync(path, new FormUrlEncodedContent([]));
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(status == HttpStatusCode.OK ? ["job_finished"] : [], await OffAsync(user));
        }
    }

    [Fact]
    public async Task A_link_that_was_not_made_here_switches_nothing_off()
    {
        var (user, email) = await accounts.PersonAsync();
        accounts.Jobs.Add(FeedFixture.Job(user));
        var path = new Uri(Headers(Assert.Single(await accounts.GotAsync(email)))["List-Unsubscribe"].Trim('<', '>')).AbsolutePath;
        foreach (var wrong in new[] { Changed(path, path.Length - 68), Changed(path, path.Length - 1), path[..^1], path + "A", path + "=" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var request = new HttpRequestMessage(method, wrong);
                using var answer = await accounts.App.CreateClient().SendAsync(request);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.Equal(
                    "unsubscribe_link_unknown", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
            }
        }
        Assert.Empty(await OffAsync(user));
    }

    private static string Changed(string text, int at) => text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];

    private static Dictionary<string, string> Headers(JsonElement mail) =>
        mail.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!);

    private Task<JsonElement> GetAsync(Guid user) => accounts.App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account");

    private async Task<IEnumerable<string?>> OffAsync(Guid user) => (await GetAsync(user)).GetProperty("mail").EnumerateObject()
        .Where(kind => !kind.Value.GetBoolean()).Select(kind => kind.Name);

    private async Task<(HttpStatusCode Status, JsonElement Body)> PutAsync(Guid user, object body)
    {
        using var answer = await accounts.App.CreateClient(user).PutAsJsonAsync("/api/account", body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<IEnumerable<string?>> SubjectsAsync(string email) =>
        (await accounts.MailsAsync(email)).Select(mail => mail.GetProperty("subject").GetString());
}
