using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults.Tests;

/// <summary>The address that the Gateway tells.</summary>
public sealed class CallerAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1:2::/64")]
    [InlineData("2001:DB8:0001:2:0:0:0:1", "2001:db8:1:2::1")]
    [InlineData("", null)]
    [InlineData("unknown", null)]
    [InlineData("203.0.113.7, 198.51.100.1", null)]
    [InlineData("203.0.113.7\0", null)]
    [InlineData("203.0.113.0/33", null)]
    [InlineData("203.0.113.7 and a text that says more than an address has letters", null)]
    public void It_is_an_ip_address_or_a_network_and_no_other_text(string text, string? address)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[CallerAddress.HeaderName] = text;

        Assert.Equal(address, CallerAddress.Of(context));
        Assert.Null(CallerAddress.Of(new DefaultHttpContext()));
    }
}
