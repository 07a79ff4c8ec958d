using System.Text.Json;
using ReelBallers.EndToEnd.Tests.Browser;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The page in a real browser, whose own implementation of WebAuthn has a virtual authenticator.</summary>
[Collection(nameof(Stack))]
public sealed class PasskeyJourneyTests(Stack stack)
{
    private readonly string _email = $"{Guid.NewGuid():N}@example.com";

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task A_browser_adds_a_passkey_signs_in_by_it_and_removes_it()
    {
        await using var browser = await Chromium.StartAsync();
        await browser.GoToAsync(stack.AppUrl);
        await browser.IsTrueAsync("!document.getElementById('passkey-sign-in').hidden");
        var uid = await SignInByLinkAsync(browser);
        var authenticator = await AddAuthenticatorAsync(browser);

        await browser.EvaluateAsync("document.querySelector('#passkey-add input').value = 'Laptop'");
        await browser.SubmitAsync("passkey-add");
        await browser.IsTrueAsync("document.getElementById('passkey-list').textContent.startsWith('Laptop, added ')");
        var made = Assert.Single((await CredentialsAsync(browser, authenticator)).EnumerateArray());
        Assert.True(made.GetProperty("isResidentCredential").GetBoolean());
        Assert.Equal(stack.AppUrl.Host, made.GetProperty("rpId").GetString());
        // The same authenticator makes no second one.
        await browser.SubmitAsync("passkey-add");
        await browser.SaysAsync("has a passkey of the account already");

        await SignOutAsync(browser);
        await browser.SubmitAsync("passkey-sign-in");
        await browser.IsTrueAsync($"document.getElementById('account').textContent === 'Signed in as {_email}.'");
        Assert.Equal(uid, await UidAsync(browser));
        await browser.IsTrueAsync("document.getElementById('passkey-list').textContent.includes('used ')");

        await SignOutAsync(browser);
        await browser.CallAsync("WebAuthn.setUserVerified", new { authenticatorId = authenticator, isUserVerified = false });
        await browser.SubmitAsync("passkey-sign-in");
        await browser.SaysAsync("No passkey was used");
        await browser.CallAsync("WebAuthn.setUserVerified", new { authenticatorId = authenticator, isUserVerified = true });
        await browser.SubmitAsync("passkey-sign-in");
        await browser.IsTrueAsync($"document.getElementById('account').textContent === 'Signed in as {_email}.'");

        await browser.IsTrueAsync("document.querySelector('#passkey-list button')");
        await browser.EvaluateAsync("window.confirm = () => true; document.querySelector('#passkey-list button').click()");
        await browser.IsTrueAsync("document.getElementById('passkey-list').childElementCount === 0");
        await SignOutAsync(browser);
        await browser.SubmitAsync("passkey-sign-in");
        await browser.SaysAsync("There is no such passkey");
        Assert.NotEqual(uid, await UidAsync(browser));
        string[] subjects = ["A passkey was added to your ReelBallers account", "A passkey of your ReelBallers account was removed"];
        foreach (var subject in subjects)
        {
            await stack.MailAsync(_email, subject);
        }
    }

    private async Task<string> SignInByLinkAsync(Chromium browser)
    {
        await browser.EvaluateAsync($"document.querySelector('#sign-in input').value = '{_email}'");
        await browser.SubmitAsync("sign-in");
        await browser.GoToAsync(new Uri(stack.AppUrl, $"/sign-in.html#token={await stack.SignInTokenAsync(_email)}"));
        await browser.IsTrueAsync($"document.getElementById('account')?.textContent === 'Signed in as {_email}.'");
        await browser.IsTrueAsync("!document.getElementById('passkeys').hidden");
        return await UidAsync(browser);
    }

    private static async Task<string?> AddAuthenticatorAsync(Chromium browser)
    {
        await browser.CallAsync("WebAuthn.enable");
        var options = new
        {
            protocol = "ctap2",
            transport = "internal",
            hasResidentKey = true,
            hasUserVerification = true,
            isUserVerified = true,
            automaticPresenceSimulation = true,
        };
        return (await browser.CallAsync("WebAuthn.addVirtualAuthenticator", new { options })).GetProperty("authenticatorId").GetString();
    }

    private static async Task<JsonElement> CredentialsAsync(Chromium browser, string? authenticator) =>
        (await browser.CallAsync("WebAuthn.getCredentials", new { authenticatorId = authenticator })).GetProperty("credentials");

    private static async Task<string> UidAsync(Chromium browser) =>
        (await browser.EvaluateAsync("fetch('/api/account').then((answer) => answer.json()).then(({ uid }) => uid)")).GetString()!;

    private static async Task SignOutAsync(Chromium browser)
    {
        await browser.SubmitAsync("sign-out");
        await browser.IsTrueAsync("document.getElementById('passkey-sign-in') && !document.getElementById('passkey-sign-in').hidden");
    }
}
