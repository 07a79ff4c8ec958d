using Stripe;

namespace ReelBallers.StandIns.Tests.Stripe;

public class SignatureTests
{
    private const string Secret = "whsec_testsecret";
    private const string Body = """{"id":"evt_123","object":"event"}""";
    private const string Signature = "aaf47ce6c47c738a54aa38cf32b89e8c2b6b76210ee7bae1373c44163b83da5c";
    private const string Wrong = "0000000000000000000000000000000000000000000000000000000000000000";
    private const long SignedAt = 1_700_000_000;

    [Fact]
    public void The_signature_is_the_published_one()
    {
        Assert.Equal(Signature, EventUtility.ComputeSignature(Secret, "1700000000", Body));
    }

    [Fact]
    public void A_header_can_be_made_as_Stripe_makes_it()
    {
        Assert.Equal($"t=1700000000,v1={Signature}", EventUtility.GenerateSignatureHeader(Body, Secret, SignedAt));
    }

    [Theory]
    [InlineData($"t=1700000000,v1={Signature}")]
    [InlineData($"t=1700000000, v1={Signature}")]
    [InlineData($"t=1700000000,v1={Wrong},v1={Signature}")]
    [InlineData($"t=1700000000,v1={Signature},v0={Wrong}")]
    [InlineData($"v1={Signature},t=1700000000,v7=x")]
    public void One_right_signature_is_enough(string header)
    {
        EventUtility.ValidateSignature(Body, header, Secret, 300, SignedAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("t=1700000000")]
    [InlineData($"v1={Signature}")]
    [InlineData($"t=soon,v1={Signature}")]
    [InlineData($"t=-1700000000,v1={Signature}")]
    [InlineData($"t=1700000000,v1={Wrong}")]
    [InlineData("t=1700000000,v1=")]
    [InlineData($"t=1700000000,v0={Signature}")]
    [InlineData($"t=1700000001,v1={Signature}")]
    public void Anything_else_is_refused(string header)
    {
        Assert.Throws<StripeException>(() => EventUtility.ValidateSignature(Body, header, Secret, 300, SignedAt));
    }

    [Theory]
    [InlineData(Body + " ", Secret)]
    [InlineData("""{"id":"evt_124","object":"event"}""", Secret)]
    [InlineData(Body, "whsec_other")]
    [InlineData(Body, "testsecret")]
    public void Another_body_or_another_secret_is_refused(string body, string secret)
    {
        Assert.Throws<StripeException>(() => EventUtility.ValidateSignature(body, $"t=1700000000,v1={Signature}", secret, 300, SignedAt));
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_signature_is_good_for_five_minutes_either_way(long age, bool accepted)
    {
        var error = Record.Exception(() => EventUtility.ValidateSignature(
            Body, $"t=1700000000,v1={Signature}", Secret, EventUtility.DefaultTimeTolerance, SignedAt + age));

        Assert.Equal(accepted, error is null);
        Assert.True(error is null or StripeException);
    }

    [Theory]
    [InlineData("2026-07-29.dahlia", true)]
    [InlineData("2026-09-30.dahlia", true)]
    [InlineData("2026-07-29.basil", false)]
    [InlineData("2020-08-27", false)]
    [InlineData(null, false)]
    public void An_event_of_another_release_train_is_refused_unless_allowed(string? version, bool compatible)
    {
        var body = version is null ? """{"id":"evt_1"}""" : $$"""{"id":"evt_1","api_version":"{{version}}"}""";
        var header = $"t=1700000000,v1={EventUtility.ComputeSignature(Secret, "1700000000", body)}";

        Assert.Equal("evt_1", EventUtility.ConstructEvent(body, header, Secret, 300, SignedAt, throwOnApiVersionMismatch: false).Id);
        var error = Record.Exception(() => EventUtility.ConstructEvent(body, header, Secret, 300, SignedAt));

        Assert.Equal(compatible, error is null);
        Assert.True(error is null or StripeException);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":"evt_1","created":"yesterday"}""")]
    public void What_is_no_event_is_refused(string body)
    {
        Assert.Throws<StripeException>(() => EventUtility.ParseEvent(body, throwOnApiVersionMismatch: false));
    }
}
