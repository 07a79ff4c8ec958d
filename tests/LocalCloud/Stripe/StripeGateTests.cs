using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeGateTests : StripeCloudTests
{
    [Theory]
    [InlineData("Bearer", "sk_test_local", HttpStatusCode.OK)]
    [InlineData("Basic", "sk_test_local:", HttpStatusCode.OK)]
    [InlineData("Bearer", "sk_test_stranger_0000", HttpStatusCode.Unauthorized)]
    [InlineData("Basic", "sk_test_stranger_0000:", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", "", HttpStatusCode.Unauthorized)]
    public async Task Only_the_fixed_key_is_let_in(string scheme, string credential, HttpStatusCode expected)
    {
        var parameter = scheme == "Basic" ? Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)) : credential;
        var answer = await Cloud.SendAsync(HttpMethod.Get, "/v1/customers", null, request =>
            request.Headers.Authorization = parameter.Length == 0 ? null : new AuthenticationHeaderValue(scheme, parameter));

        Assert.Equal(expected, answer.Status);
        Assert.DoesNotContain("stranger", answer.Body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_answer_names_its_request_and_the_version_asked_for()
    {
        var answer = await Cloud.SendAsync(HttpMethod.Get, "/v1/customers", null,
            request => request.Headers.Add("Stripe-Version", "2025-01-27.acacia"));
        var other = await Cloud.GetAsync("/v1/customers");

        Assert.Equal("2025-01-27.acacia", answer.Header("Stripe-Version"));
        Assert.Equal("2026-10-28.endive", other.Header("Stripe-Version"));
        Assert.StartsWith("req_", answer.Header("Request-Id"), StringComparison.Ordinal);
        Assert.NotEqual(answer.Header("Request-Id"), other.Header("Request-Id"));
    }

    [Fact]
    public async Task An_unknown_parameter_is_refused_where_an_object_is_read_as_well()
    {
        var customer = (await Cloud.PostAsync("/v1/customers")).Ok().Id;
        var answer = await Cloud.GetAsync($"/v1/customers/{customer}?colour=red");

        Assert.Equal((HttpStatusCode.BadRequest, "parameter_unknown", "colour"),
            (answer.Status, answer.ErrorCode, answer.ErrorParam));
    }

    [Theory]
    [InlineData("/v1/checkout/sessions/")]
    [InlineData("/v1/nothing")]
    public async Task An_unknown_address_is_named_in_the_error(string path)
    {
        var answer = await Cloud.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.StartsWith($"Unrecognized request URL (GET: {path})", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_not_a_form_is_refused()
    {
        using var json = new StringContent("""{"email":"jo@example.com"}""", Encoding.UTF8, "application/json");
        var answer = await Cloud.SendAsync(HttpMethod.Post, "/v1/customers", json);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("check that your POST content type", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("preferred_locales[0]=en&preferred_locales[1]=de&metadata[a]=1&address[city]=Kiel")]
    [InlineData("preferred_locales[1]=de&preferred_locales[0]=en&address%5Bcity%5D=Kiel&metadata%5Ba%5D=1")]
    [InlineData("preferred_locales[]=en&preferred_locales[]=de&address[city]=Kiel&metadata[a]=1")]
    public async Task Nested_parameters_are_read_however_they_are_encoded(string body)
    {
        using var form = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        var customer = (await Cloud.SendAsync(HttpMethod.Post, "/v1/customers", form)).Ok().Body;

        Assert.Equal("""["en","de"]""", customer["preferred_locales"]!.ToJsonString());
        Assert.Equal("Kiel", (string?)customer["address"]!["city"]);
        Assert.Equal("""{"a":"1"}""", customer["metadata"]!.ToJsonString());
    }

    [Fact]
    public async Task Objects_of_an_appended_list_are_told_apart()
    {
        const string body = "mode=payment&success_url=http://localhost/"
            + "&line_items[][quantity]=1&line_items[][price_data][currency]=usd&line_items[][price_data][unit_amount]=100"
            + "&line_items[][price_data][product_data][name]=a"
            + "&line_items[][quantity]=2&line_items[][price_data][currency]=usd&line_items[][price_data][unit_amount]=200"
            + "&line_items[][price_data][product_data][name]=b";
        using var form = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");

        Assert.Equal("500", (await Cloud.SendAsync(HttpMethod.Post, "/v1/checkout/sessions", form)).Ok()["amount_total"]);
    }
}
