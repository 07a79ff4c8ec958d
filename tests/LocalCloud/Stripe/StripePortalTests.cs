using System.Net;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The billing portal's link.</summary>
public sealed class StripePortalTests : StripeCloudTests
{
    [Fact]
    public async Task The_link_works_for_an_hour_and_survives_a_restart()
    {
        var customer = (await Cloud.PostAsync("/v1/customers", ("email", "jo@example.com"))).Ok().Id;
        var portal = (await Cloud.PostAsync("/v1/billing_portal/sessions", ("customer", customer))).Ok();
        await Cloud.RestartAsync();
        var link = new Uri(Cloud.Url, new Uri(portal["url"]!).AbsolutePath).ToString();
        Assert.Equal(HttpStatusCode.OK, (await Cloud.BrowseAsync(link)).StatusCode);

        Cloud.PassTime(TimeSpan.FromMinutes(61));

        Assert.Equal(HttpStatusCode.NotFound, (await Cloud.BrowseAsync(link)).StatusCode);
        var late = await Cloud.SubmitAsync(link, ("action", "email"), ("email", "al@example.com"));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
        Assert.Equal("jo@example.com", (await Cloud.GetAsync($"/v1/customers/{customer}")).Ok()["email"]);
    }

    [Fact]
    public async Task The_page_escapes_what_it_shows_and_loads_nothing_from_elsewhere()
    {
        var customer = (await Cloud.PostAsync("/v1/customers", ("name", "<b>Jo</b>"), ("email", "\"<b>\"@example.com"))).Ok().Id;
        var portal = (await Cloud.PostAsync("/v1/billing_portal/sessions", ("customer", customer))).Ok();
        var html = await (await Cloud.BrowseAsync(portal["url"]!)).Content.ReadAsStringAsync();

        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
    }
}
