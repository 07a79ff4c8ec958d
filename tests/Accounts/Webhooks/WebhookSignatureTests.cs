using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The signature, as the official library verifies it.</summary>
public sealed class WebhookSignatureTests(WebhookFixture accounts) : IClassFixture<WebhookFixture>, IAsyncLifetime
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-webhooks");

    public async ValueTask InitializeAsync() => await Npm.InstallAsync(Scripts);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_official_library_verifies_a_webhook_and_the_secrets_before_and_after_a_rotation()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await accounts.AddEndpointAsync(receiver);
        var secrets = accounts.App.Services.GetRequiredService<WebhookSecrets>();
        var (old, rotated) = ((await accounts.EndpointAsync(endpoint)).SecretId, Guid.NewGuid());
        await accounts.IsAsync(await accounts.HappenAsync(), "1 204 - delivered");
        var before = receiver.Received[0];
        Assert.True(await VerifiesAsync(before, secrets.TextOf(old)));
        Assert.False(await VerifiesAsync(before, secrets.TextOf(rotated)));
        Assert.False(await VerifiesAsync(before with { Body = before.Body + " " }, secrets.TextOf(old)));

        await accounts.Database.ExecuteAsync(
            $"""
            update webhook_endpoints set secret_id = '{rotated}', previous_secret_id = '{old}',
                previous_secret_until = '{accounts.Clock.GetUtcNow().AddMinutes(1):O}'
            """);
        await accounts.IsAsync(await accounts.HappenAsync(), "1 204 - delivered");
        var meanwhile = receiver.Received[1];
        Assert.True(await VerifiesAsync(meanwhile, secrets.TextOf(old)));
        Assert.True(await VerifiesAsync(meanwhile, secrets.TextOf(rotated)));

        accounts.Clock.Advance(TimeSpan.FromMinutes(2));
        await accounts.IsAsync(await accounts.HappenAsync(), "1 204 - delivered");
        var after = receiver.Received[2];
        Assert.False(await VerifiesAsync(after, secrets.TextOf(old)));
        Assert.True(await VerifiesAsync(after, secrets.TextOf(rotated)));
    }

    private static async Task<bool> VerifiesAsync(ReceivedWebhook webhook, string secret)
    {
        var input = JsonSerializer.Serialize(new { secret, headers = webhook.Headers, body = webhook.Body });
        var (exitCode, output, errors) = await Npm.TryRunAsync(Scripts, "node", ["verify.mjs"], input);
        if (exitCode == 0)
        {
            Assert.Equal(webhook.Body, output.Trim());
            return true;
        }
        Assert.Contains("No matching signature found", errors, StringComparison.Ordinal);
        return false;
    }
}
