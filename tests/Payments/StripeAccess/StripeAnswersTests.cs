using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Every response is data, a rejection or an outage, and never an exception of a parser.</summary>
public sealed class StripeAnswersTests
{
    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "<html>a captive portal</html>")]
    [InlineData(200, "[1]")]
    [InlineData(200, "null")]
    [InlineData(200, "7")]
    [InlineData(200, """{"id":{}}""")]
    [InlineData(200, """{"id":"cs_1","amount_total":"five"}""")]
    [InlineData(400, "")]
    [InlineData(400, "[1]")]
    [InlineData(400, "null")]
    [InlineData(400, "{}")]
    [InlineData(400, """{"error":null}""")]
    [InlineData(400, """{"error":[]}""")]
    [InlineData(400, """{"error":{}}""")]
    [InlineData(400, """{"error":"invalid_grant"}""")]
    [InlineData(404, "<html>Not Found</html>")]
    [InlineData(500, "[1]")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(503, "")]
    public async Task A_response_that_is_not_from_Stripe_is_an_outage(int status, string body)
    {
        await Assert.ThrowsAsync<StripeUnavailableException>(() => Api(status, body).GetSessionAsync("cs_1", CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":null,"has_more":false}""")]
    [InlineData("""{"data":[{"id":"evt_1"}],"has_more":false}""")]
    [InlineData("""{"data":[],"has_more":"no"}""")]
    public async Task A_list_of_events_that_is_none_is_an_outage(string body)
    {
        await Assert.ThrowsAsync<StripeUnavailableException>(async () => await EventsAsync(Api(200, body)));
    }

    [Fact]
    public async Task Events_of_an_older_API_version_are_read()
    {
        const string Old =
            """{"id":"evt_1","type":"charge.refunded","api_version":"2015-10-16","created":1700000000,"data":"""
            + """{"object":{"id":"ch_1","object":"charge","payment_intent":"pi_1","amount":"many","refunds":7}}}""";
        var (read, payload) = Assert.Single(await EventsAsync(Api(200, $$"""{"object":"list","data":[{{Old}}],"has_more":false}""")));
        Assert.Equal(("evt_1", "charge.refunded", Old), (read.Id, read.Type, payload));
    }

    [Fact]
    public async Task A_rejection_of_Stripes_stays_one()
    {
        var rejection = await Assert.ThrowsAsync<StripeException>(() =>
            Api(400, """{"error":{"type":"invalid_request_error","code":"parameter_invalid","message":"No."}}""")
                .GetSessionAsync("cs_1", CancellationToken.None));
        Assert.Equal("parameter_invalid", rejection.StripeError.Code);
    }

    private static async Task<List<(EventEnvelope Event, string Payload)>> EventsAsync(StripeApi api)
    {
        var all = new List<(EventEnvelope, string)>();
        await foreach (var page in api.EventsSinceAsync(DateTimeOffset.UnixEpoch, EventDispatch.HandledTypes, CancellationToken.None))
        {
            all.AddRange(page);
        }
        return all;
    }

    private static StripeApi Api(int status, string body) => Api(status, Encoding.UTF8.GetBytes(body));

    /// <summary>The calls to a Stripe that always answers with that.</summary>
    internal static StripeApi Api(int status, byte[] body)
    {
        var http = new HttpClient(new Fixed(status, body));
        var client = new StripeClient(new StripeClientOptions
        {
            ApiKey = "sk_test_1",
            HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
        });
        var services = new ServiceCollection().AddMetrics().AddLogging().AddSingleton(TimeProvider.System).BuildServiceProvider();
        var alarm = new StripeKeyAlarm(
            ActivatorUtilities.CreateInstance<PaymentsMeter>(services), NullLogger<StripeKeyAlarm>.Instance);
        return new StripeApi(
            client, alarm, Options.Create(new CheckoutOptions()), Options.Create(new BillingPortalOptions()),
            Options.Create(new AppOptions()), TimeProvider.System);
    }

    private sealed class Fixed(int status, byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") { CharSet = "utf-8" } } },
                RequestMessage = request,
            });
    }
}
