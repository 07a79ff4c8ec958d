using System.Net;
using Microsoft.AspNetCore.Http;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway.Tests;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    public void An_ipv6_network_is_one_client(string address, string client)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        Assert.Equal(client, ClientAddress.Of(context));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.0/8, ::1", true)]
    public async Task Forwarded_headers_are_accepted_from_trusted_proxies_only(string? trusted, bool believed)
    {
        await using var gateway = await TestGateway.StartAsync(trusted is null ? [] : [("TrustedProxies", trusted)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session")
        {
            Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "203.0.113.7" } },
        };
        using var answer = await gateway.Client.SendAsync(request);
        Assert.Equal(believed, answer.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal(believed, answer.Headers.GetValues("Set-Cookie").Single().Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    public async Task The_services_that_need_it_are_told_the_clients_address_and_never_one_that_the_client_says(
        string address, string? told)
    {
        await using var gateway = await TestGateway.StartAsync([("TrustedProxies", "127.0.0.0/8, ::1")]);
        await gateway.UseSessionAsync();
        foreach (var (method, path, isTold) in new[]
        {
            (HttpMethod.Post, "/api/topup", true),
            (HttpMethod.Post, "/api/auth/link", true),
            (HttpMethod.Post, "/api/support", true),
            (HttpMethod.Get, $"/api/download/{Guid.NewGuid()}", true),
            (HttpMethod.Get, $"/api/jobs/{Guid.NewGuid()}", false),
            (HttpMethod.Get, "/api/packs", false),
        })
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Headers = { { "X-Forwarded-For", address }, { CallerAddress.HeaderName, "198.51.100.1" } },
            };
            if (method == HttpMethod.Post)
            {
                request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            }
            var echo = await gateway.EchoAsync(request);

            Assert.Equal((path, isTold ? told : null), (path, echo.Headers.GetValueOrDefault(CallerAddress.HeaderName)));
        }
    }

    [Theory]
    [InlineData("TrustedProxies", "a-proxy")]
    [InlineData("TrustedProxies", "10.0.0.0/33")]
    [InlineData("FORWARDEDHEADERS_ENABLED", "true")]
    public async Task An_invalid_proxy_setting_or_one_that_trusts_every_client_fails_the_start(string key, string value) =>
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => TestGateway.StartAsync((key, value)));
}
