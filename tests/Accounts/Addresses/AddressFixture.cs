using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service, with what a test of changes of addresses does to it.</summary>
public sealed partial class AddressFixture : AccountsFixture
{
    /// <summary>Asks for another address, as this user.</summary>
    public async Task<(HttpStatusCode Status, string Body)> RequestAsync(
        Guid user, string? email, string? client = null, ServiceApp? replica = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/account/address") { Content = JsonContent.Create(new { email }) };
        if (client is not null)
        {
            request.Headers.Add(CallerAddress.HeaderName, client);
        }
        using var answer = await (replica ?? App).CreateClient(user).SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks for another address, and gives the tokens in the two mails that come.</summary>
    public async Task<(string Old, string New)> TokensAsync(Guid user, string email, string newEmail)
    {
        var before = ((await MailsAsync(email)).Count, (await MailsAsync(newEmail)).Count);
        Assert.Equal(HttpStatusCode.Accepted, (await RequestAsync(user, newEmail)).Status);
        return (await TokenAsync(email, before.Item1), await TokenAsync(newEmail, before.Item2));
    }

    /// <summary>Confirms a change, as this user; null: without a session.</summary>
    public async Task<(HttpStatusCode Status, string Outcome)> ConfirmAddressAsync(Guid? user, string? token, ServiceApp? replica = null)
    {
        using var answer = await (replica ?? App).CreateClient(user).PostAsJsonAsync("/api/account/address/confirm", new { token });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, answer.IsSuccessStatusCode
            ? $"{body.GetProperty("changed").GetBoolean()} {body.GetProperty("email").GetString()}"
            : body.GetProperty("code").GetString()!);
    }

    /// <summary>Waits until all mails to an address have left, so that a test can count those that follow.</summary>
    public Task SentAsync(string email) => Eventually.IsTrueAsync(
        async () => await Database.ScalarAsync<long>(
            $"select count(*) from mails where recipient = '{email}' and sent_at is null and failed_at is null") == 0,
        "the mails have left");

    /// <summary>Withdraws the change.</summary>
    public async Task<HttpStatusCode> WithdrawAsync(Guid user)
    {
        using var answer = await App.CreateClient(user).DeleteAsync(new Uri("/api/account/address", UriKind.Relative));
        return answer.StatusCode;
    }

    /// <summary>The address of an account, and the one that is pending.</summary>
    public async Task<(string? Email, string? Pending)> AddressesAsync(Guid user)
    {
        var account = await App.CreateClient(user).GetFromJsonAsync<JsonElement>("/api/account");
        return (account.GetProperty("email").GetString(), account.GetProperty("pending_email").GetString());
    }

    /// <summary>The audit log of a user: the actions in their order.</summary>
    public Task<string?> ActsAsync(Guid user) => Database.ScalarAsync<string?>(
        $"select string_agg(action, ' ' order by sequence) from audit_entries where subject_id = '{user}' and action like 'address%'");

    private async Task<string> TokenAsync(string email, int before)
    {
        var tokens = await Eventually.BecomesAsync(
            async () => (await MailsAsync(email)).Skip(before)
                .Select(mail => Token().Match(mail.GetProperty("text").GetString()!)).Where(match => match.Success).ToList(),
            tokens => tokens.Count == 1, "the mail arrives");
        return tokens[0].Groups[1].Value;
    }

    [GeneratedRegex(@"https://app\.example\.com/address\.html#token=([A-Za-z0-9_-]{64})\s")]
    private static partial Regex Token();
}
