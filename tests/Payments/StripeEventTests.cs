namespace ReelBallers.Payments.Tests;

public sealed class StripeEventTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"id":7,"type":"x.y","created":1,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":"yesterday","data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":1.5,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":-1,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":9999999999999,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":1}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":1,"data":null}""")]
    [InlineData("""{"id":"evt_1","type":"x.y","created":1,"data":{"object":[]}}""")]
    [InlineData("""{"id":"","type":"x.y","created":1,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt\u0000","type":"x.y","created":1,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt\ud800","type":"x.y","created":1,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"v1.thin","object":"v2.core.event","created":"2026-11-01T00:00:00Z","related_object":{}}""")]
    public void What_is_no_event_is_none(string payload)
    {
        Assert.Null(StripeEvent.Parse(payload));
    }

    [Theory]
    [InlineData("\"pi_1\"", "pi_1")]
    [InlineData("""{"id":"pi_1","object":"payment_intent"}""", "pi_1")]
    [InlineData("null", null)]
    [InlineData("7", null)]
    public void The_payment_is_named_by_its_id_or_in_full(string payment, string? expected)
    {
        var read = StripeEvent.Parse(
            $$$"""{"id":"evt_1","type":"refund.created","created":1700000000,"data":{"object":{"id":"re_1","object":"refund","payment_intent":{{{payment}}} } } }""");
        Assert.Equal(expected, read?.About("refund").PaymentIntentId);
        Assert.Equal("re_1", read?.ObjectId);
    }

    [Fact]
    public void An_event_about_something_else_is_a_failure_that_is_kept()
    {
        var read = StripeEvent.Parse("""{"id":"evt_1","type":"refund.created","created":1700000000,"data":{"object":{"id":"ch_1","object":"charge"}}}""");
        Assert.Throws<InvalidOperationException>(() => read!.About("refund"));
    }
}
