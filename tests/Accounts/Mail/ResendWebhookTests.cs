using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Bounces and complaints that Resend reports.</summary>
public sealed class ResendWebhookTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    private const string Bounced = """{"type":"email.bounced","data":{"to":["EMAIL"],"bounce":{"type":"Permanent","subType":"General"}}}""";

    private const string Complained = """{"type":"email.complained","data":{"to":["EMAIL"]}}""";

    private readonly string _email = AccountsFixture.NewEmail();

    [Theory]
    [InlineData(Bounced)]
    [InlineData(Bounced, Complained)]
    [InlineData(Complained, Bounced)]
    public async Task No_more_mails_are_sent_to_an_address_that_bounced(params string[] events)
    {
        foreach (var text in events)
        {
            await ReportAsync(text);
        }
        using var answer = await accounts.AskAsync(Guid.NewGuid(), _email);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await GivenUpAsync("Bounced", 1);
        Assert.Empty(await accounts.MailsAsync(_email));
        await accounts.LinkAsync(Guid.NewGuid(), AccountsFixture.NewEmail());
    }

    [Fact]
    public async Task Who_has_complained_about_a_mail_gets_those_that_were_just_asked_for_and_no_others()
    {
        await ReportAsync(Complained);
        // The balance has fallen, and a receipt.
        await accounts.PutAsync(
            new NewMail(MailKind.LowBalance, _email, Guid.NewGuid())
            {
                Details = MailDetails.Write(new BalanceDetails(1, 100, DateTimeOffset.UnixEpoch)),
            },
            new NewMail(MailKind.Receipt, _email, Guid.NewGuid())
            {
                Details = MailDetails.Write(
                    new PaymentDetails(PaymentNews.Paid, 500, "usd", 500, "pi_1", "", "", DateTimeOffset.UnixEpoch)),
            });
        await GivenUpAsync("Complained", 2);
        var user = Guid.NewGuid();
        Assert.Equal(user, await accounts.SignInAsync(user, _email));
        Assert.Single(await accounts.MailsAsync(_email));
        Assert.Equal(
            ["sign_in", "ticket", "address_change"],
            MailKinds.OfUsers.Where(kind => kind.IsAskedFor()).Select(kind => kind.ToText()));
    }

    [Theory]
    [InlineData("""{"type":"email.bounced","data":{"to":["EMAIL"],"bounce":{"type":"Transient"}}}""")]
    [InlineData("""{"type":"email.bounced","data":{"to":"EMAIL","bounce":{"type":"Permanent"}}}""")]
    [InlineData("""{"type":"email.bounced","data":{"to":[{"email":"EMAIL"},7,"no address"],"bounce":{"type":"Permanent"}}}""")]
    [InlineData("""{"type":"email.bounced","data":["EMAIL"]}""")]
    [InlineData("""{"type":"email.delivered","data":{"to":["EMAIL"]}}""")]
    [InlineData("""{"type":"contact.created"}""")]
    public async Task Other_events_change_nothing(string text)
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Event(text.Replace("EMAIL", _email, StringComparison.Ordinal)))).Status);
        Assert.Equal(0, await SuppressedAsync());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"type":"email.complained","data":{"to":["\ud800@example.com"]}}""")]
    public async Task A_signed_body_that_is_no_event_is_rejected(string text) =>
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await SendAsync(Event(text)));

    [Fact]
    public async Task What_Resend_has_not_signed_just_now_is_rejected()
    {
        var text = Bounced.Replace("EMAIL", _email, StringComparison.Ordinal);
        var (id, time, signature) = Sign(text, TimeSpan.Zero);
        var (_, _, another) = Sign(text, TimeSpan.Zero, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Request[] rejected =
        [
            new(text, id, time, another), new(text + " ", id, time, signature), new(text, "msg_2", time, signature),
            new(text, id, time, ""), new(text, id, "", signature), new(text, "", time, signature), new(text, id, time, null),
            new(text, null, null, null), new(text, id, "now", signature), new(text, id, time, signature[3..]),
            new(text, id, time, "v1,not base64"), Event(text, TimeSpan.FromMinutes(-6)), Event(text, TimeSpan.FromMinutes(6)),
        ];
        foreach (var request in rejected)
        {
            Assert.Equal((HttpStatusCode.BadRequest, "signature_invalid"), await SendAsync(request));
        }
        Assert.Equal(0, await SuppressedAsync());
        // While a secret is rotated, both sign.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(new Request(text, id, time, $"{another} {signature}"))).Status);
        Assert.Equal(1, await SuppressedAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("whsec_short")]
    [InlineData("whsec_no base64 of sixteen bytes")]
    public void A_secret_that_cannot_be_one_is_named_at_the_start(string secret, bool isValid = false)
    {
        var errors = new OptionsErrors("Mail");
        new MailOptions { From = "a@example.com", ResendApiKey = "re_1", ResendWebhookSecret = secret }.Validate(errors);
        Assert.Equal(isValid || secret.Length == 0, errors.Messages.Count == 0);
        Assert.All(errors.Messages, message => Assert.StartsWith("Mail:ResendWebhookSecret is not", message, StringComparison.Ordinal));
    }

    private static Request Event(string text, TimeSpan ago = default)
    {
        var (id, time, signature) = Sign(text, ago);
        return new Request(text, id, time, signature);
    }

    // As https://docs.svix.com/receiving/verifying-payloads/how-manual describes it.
    private static (string Id, string Time, string Signature) Sign(
        string text, TimeSpan offset, string secret = AccountsFixture.WebhookSecret)
    {
        var (id, time) = ($"msg_{Guid.NewGuid():N}", $"{(TimeProvider.System.GetUtcNow() + offset).ToUnixTimeSeconds()}");
        var hash = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{time}.{text}"));
        return (id, time, $"v1,{Convert.ToBase64String(hash)}");
    }

    private async Task<(HttpStatusCode Status, string? Code)> SendAsync(Request sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/resend")
        {
            Content = new StringContent(sent.Text, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in new[] { ("svix-id", sent.Id), ("svix-timestamp", sent.Time), ("svix-signature", sent.Signature) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var answer = await accounts.App.CreateClient(null).SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString() : null);
    }

    // Repeated, as Resend may.
    private async Task ReportAsync(string text)
    {
        foreach (var written in new[] { _email.ToUpperInvariant(), _email })
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(Event(text.Replace("EMAIL", written, StringComparison.Ordinal)))).Status);
        }
    }

    private Task GivenUpAsync(string reason, int count) => Eventually.IsTrueAsync(
        async () => await accounts.Database.ScalarAsync<long>(
            $"select count(*) from mails where recipient = '{_email}' and failed_at is not null and attempts = 1 "
            + $"and last_error = 'The address is suppressed: {reason}.'") == count,
        "the mails are given up");

    private Task<long> SuppressedAsync() =>
        accounts.Database.ScalarAsync<long>($"select count(*) from suppressed_addresses where email = '{_email}'");

    private sealed record Request(string Text, string? Id, string? Time, string? Signature);
}
