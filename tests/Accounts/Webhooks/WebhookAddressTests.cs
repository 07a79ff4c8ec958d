using System.Net;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>Events go to the internet, and never to what only our own network reaches.</summary>
public sealed class WebhookAddressTests
{
    private static readonly WebhookUrls Urls = new(Options.Create(new WebhookOptions()));
    private static readonly WebhookUrls LocalUrls = new(Options.Create(new WebhookOptions { AllowLoopback = true }));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Special_addresses_are_not_public(string address)
    {
        Assert.False(PublicAddresses.IsPublic(IPAddress.Parse(address)));
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        Assert.Null(Urls.Normalize($"https://{host}/"));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.1.1")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void Addresses_of_the_internet_are_public(string address) =>
        Assert.True(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("https://example.com:8443/hooks?tenant=7", "https://example.com:8443/hooks?tenant=7")]
    [InlineData("HTTPS://EXAMPLE.com/Hooks", "https://example.com/Hooks")]
    [InlineData("https://8.8.8.8/", "https://8.8.8.8/")]
    [InlineData("http://example.com/", null)]
    [InlineData("http://127.0.0.1:9000/", null)]
    [InlineData("https://user:password@example.com/", null)]
    [InlineData("https://user@example.com/", null)]
    [InlineData("https://example.com/#fragment", null)]
    [InlineData("https://example.com:22/", null)]
    [InlineData("https://example.com:25/", null)]
    [InlineData("https://example.com:80/", null)]
    [InlineData("https://2130706433/", null)]
    [InlineData("https://0x7f.1/", null)]
    [InlineData("https://0177.0.0.1/", null)]
    [InlineData("ftp://example.com/", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("//example.com/", null)]
    [InlineData("/hooks", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_URL_is_https_of_the_internet(string? url, string? expected) => Assert.Equal(expected, Urls.Normalize(url));

    [Theory]
    [InlineData("http://127.0.0.1:9000/", true)]
    [InlineData("http://localhost:9000/", true)]
    [InlineData("http://[::1]:9000/", true)]
    [InlineData("https://127.0.0.1:9000/", true)]
    [InlineData("http://example.com:9000/", false)]
    [InlineData("http://10.0.0.1:9000/", false)]
    [InlineData("https://10.0.0.1:9000/", false)]
    [InlineData("https://169.254.169.254/", false)]
    public void Loopback_is_allowed_by_configuration_alone(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, LocalUrls.Normalize(url) is not null);

    [Fact]
    public void A_URL_that_is_too_long_is_none() => Assert.Null(Urls.Normalize($"https://example.com/{new string('a', 2000)}"));
}

/// <summary>The address is checked when a connection is made, whatever the URL looked like before.</summary>
public sealed class WebhookConnectionTests : IAsyncLifetime
{
    private readonly WebhookFixture _accounts = new() { Settings = { ["Webhooks:AllowLoopback"] = "false" } };

    public ValueTask InitializeAsync() => _accounts.InitializeAsync();

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Fact]
    public async Task A_name_or_a_URL_that_leads_to_this_machine_is_not_connected_to()
    {
        var connections = 0;
        await using var listener = new LoopbackListener((client, _) =>
        {
            Interlocked.Increment(ref connections);
            client.Dispose();
            return Task.CompletedTask;
        });
        // As if they had been allowed when they were made, or their names had led elsewhere then.
        foreach (var url in new[] { "https://localhost", "https://127.0.0.1", "https://[::ffff:127.0.0.1]", "http://127.0.0.1" })
        {
            await _accounts.ResetAsync();
            await _accounts.AddEndpointAsync($"{url}:{listener.Port}/");
            await _accounts.IsAsync(await _accounts.HappenAsync(), "1 - address_not_allowed pending");
        }
        await _accounts.ResetAsync();
        await _accounts.AddEndpointAsync("https://no-such-name.invalid/");
        await _accounts.IsAsync(await _accounts.HappenAsync(), "1 - name_not_resolved pending");
        Assert.Equal(0, connections);
    }
}
