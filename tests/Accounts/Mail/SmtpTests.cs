using System.Net;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service with an SMTP server, as <c>Mail:Transport</c> says.</summary>
public sealed class SmtpTests
{
    [Fact]
    public async Task A_sign_in_link_comes_by_SMTP()
    {
        await using var server = new SmtpTestServer();
        await using var accounts = new AccountsFixture
        {
            Settings = new()
            {
                ["Mail:Transport"] = "smtp",
                ["Mail:ResendApiKey"] = "",
                ["Smtp:Host"] = "localhost",
                ["Smtp:Port"] = $"{server.Port}",
                ["Smtp:Security"] = "none",
            },
        };
        await accounts.InitializeAsync();
        var (user, email) = (Guid.NewGuid(), AccountsFixture.NewEmail());
        using var answer = await accounts.AskAsync(user, email);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var mail = Assert.Single(await Eventually.BecomesAsync(
            () => Task.FromResult(server.Messages), messages => messages.Count > 0, "the mail arrives"));
        Assert.Equal(email, mail.To.ToString());
        var (status, body) = await accounts.ConfirmAsync(user, AccountsFixture.TokenIn(mail.TextBody!));
        Assert.Equal((HttpStatusCode.OK, user), (status, body.GetProperty("uid").GetGuid()));
    }

    [Theory]
    [InlineData("", 587, "starttls", "", "Smtp:Host")]
    [InlineData("smtp.example.com", 0, "starttls", "", "Smtp:Port")]
    [InlineData("smtp.example.com", 587, "ssl", "", "Smtp:Security")]
    [InlineData("smtp.example.com", 587, "none", "", "Smtp:Security")]
    [InlineData("smtp.example.com", 587, "tls", "mailer", "Smtp:Password")]
    public void Settings_that_cannot_work_are_named(string host, int port, string security, string user, string setting)
    {
        var errors = new OptionsErrors("Smtp");
        new SmtpOptions { Host = host, Port = port, Security = security, UserName = user }.Validate(errors);
        Assert.StartsWith(setting, Assert.Single(errors.Messages), StringComparison.Ordinal);
    }
}
