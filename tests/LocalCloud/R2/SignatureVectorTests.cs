using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ReelBallers.LocalCloud.R2;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests.R2;

/// <summary>Published signatures, and what becomes of them when a byte changes.</summary>
public class SignatureVectorTests
{
    private static readonly Vector Published = new(
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "GET", "examplebucket.s3.amazonaws.com", "/test.txt",
        "20130524T000000Z", "us-east-1", 86400, "host", "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");

    private static readonly Vector Put = new(
        "AKIDEXAMPLE", "SECRETEXAMPLE", "PUT", "localhost:9010", "/uploads/a%20b/%C3%A9.png",
        "20260102T030405Z", "auto", 600, "content-type;host", "6f6697d360140618737c2f1fa191cd261cd51da10342f4fe90922bad87d282e6");

    public static TheoryData<string> Names => ["published", "put"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_published_signature_is_accepted_until_it_expires(string name)
    {
        var vector = Named(name);
        Assert.Null(vector.Verify(vector.SignedAt));
        Assert.Null(vector.Verify(vector.SignedAt.AddSeconds(vector.Expires)));
        Assert.Equal("ExpiredRequest", vector.Verify(vector.SignedAt.AddSeconds(vector.Expires + 1)));
        Assert.Equal("RequestTimeTooSkewed", vector.Verify(vector.SignedAt.AddMinutes(-16)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_that_is_signed_can_change(string name)
    {
        var vector = Named(name);
        Assert.Equal("SignatureDoesNotMatch", (vector with { Secret = vector.Secret + "x" }).Verify(vector.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (vector with { Method = "DELETE" }).Verify(vector.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (vector with { Host = "elsewhere" }).Verify(vector.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (vector with { Path = vector.Path + "2" }).Verify(vector.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (vector with { Expires = vector.Expires + 1 }).Verify(vector.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (vector with { Extra = "&response-content-type=text%2Fhtml" }).Verify(vector.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (vector with { Signature = vector.Signature[..^1] + "0" }).Verify(vector.SignedAt));
        Assert.Equal("Unauthorized", (vector with { KnownAccessKey = "another" }).Verify(vector.SignedAt));
    }

    [Fact]
    public void A_signed_header_must_come_with_the_signed_value()
    {
        Assert.Equal("SignatureDoesNotMatch", (Put with { ContentType = "image/gif" }).Verify(Put.SignedAt));
        Assert.Equal("SignatureDoesNotMatch", (Put with { ContentType = null }).Verify(Put.SignedAt));
    }

    [Theory]
    [InlineData("X-Amz-Expires=600", "X-Amz-Expires=0")]
    [InlineData("X-Amz-Expires=600", "X-Amz-Expires=604801")]
    [InlineData("X-Amz-Expires=600", "X-Amz-Expires=-5")]
    [InlineData("X-Amz-Expires=600", "X-Amz-Expires=600&X-Amz-Expires=600")]
    [InlineData("X-Amz-Expires=600&", "")]
    [InlineData("%2Fauto%2F", "%2Feu-west-1%2F")]
    [InlineData("%2Fs3%2F", "%2Fsqs%2F")]
    [InlineData("%2F20260102%2F", "%2F20260103%2F")]
    [InlineData("content-type%3Bhost", "content-type")]
    [InlineData("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")]
    public void A_malformed_signed_url_is_named_as_such(string part, string replacement) =>
        Assert.Equal("AuthorizationQueryParametersError",
            (Put with { Edit = query => query.Replace(part, replacement, StringComparison.Ordinal) }).Verify(Put.SignedAt));

    [Fact]
    public void A_canonical_request_is_the_published_one()
    {
        var canonical = SigV4.CanonicalRequest("GET", "/test.txt", Published.Query(), [new("host", Published.Host)], SigV4.UnsignedPayload);
        Assert.Equal(
            "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
            SigV4.Hex(System.Security.Cryptography.SHA256.HashData(R2Server.Text(canonical))));
    }

    private static Vector Named(string name) => name == "put" ? Put : Published;

    private sealed record Vector(
        string AccessKey, string Secret, string Method, string Host, string Path, string Date, string Region, int Expires,
        string SignedHeaders, string Signature)
    {
        public string? ContentType { get; init; } = "image/png";

        public string Extra { get; init; } = "";

        public string? KnownAccessKey { get; init; }

        public Func<string, string> Edit { get; init; } = query => query;

        public DateTimeOffset SignedAt => DateTimeOffset.ParseExact(
            Date, SigV4.DateFormat, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);

        public KeyValuePair<string, string>[] Query() =>
        [
            new("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), new("X-Amz-Credential", $"{AccessKey}/{Date[..8]}/{Region}/s3/aws4_request"),
            new("X-Amz-Date", Date), new("X-Amz-Expires", $"{Expires}"), new("X-Amz-SignedHeaders", SignedHeaders),
        ];

        public string? Verify(DateTimeOffset now)
        {
            var query = string.Join('&', Query().Append(new("X-Amz-Signature", Signature))
                .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")) + Extra;
            var context = new DefaultHttpContext();
            context.Request.Method = Method;
            context.Request.Headers.Host = Host;
            if (ContentType is not null)
            {
                context.Request.Headers.ContentType = ContentType;
            }

            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = $"{Path}?{Edit(query)}";
            var authentication = new R2Authentication(KnownAccessKey ?? AccessKey, Secret, new ManualClock(now));
            return authentication.Verify(R2Request.Read(context)!, context.Request).Error?.Code;
        }
    }
}
