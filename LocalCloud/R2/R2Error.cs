using System.Net;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>A refusal in R2's form: a code, its HTTP status, and XML without a namespace (and without a body for HEAD).</summary>
internal sealed record R2Error(HttpStatusCode Status, string Code, string Message) : IResult
{
    public static readonly R2Error Unauthorized = new(HttpStatusCode.Unauthorized, "Unauthorized", "Unauthorized");
    public static readonly R2Error SignatureDoesNotMatch = new(HttpStatusCode.Forbidden, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.");
    public static readonly R2Error ExpiredRequest = new(HttpStatusCode.BadRequest, "ExpiredRequest", "Request has expired");
    public static readonly R2Error RequestTimeTooSkewed = new(HttpStatusCode.Forbidden, "RequestTimeTooSkewed",
        "The difference between the request time and the server's time is too large.");
    public static readonly R2Error UnsignedHeader = new(HttpStatusCode.Forbidden, "AccessDenied",
        "There were headers present in the request which were not signed.");
    public static readonly R2Error ContentSha256Mismatch = new(HttpStatusCode.BadRequest, "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.");
    public static readonly R2Error NoSuchBucket = new(HttpStatusCode.NotFound, "NoSuchBucket", "The specified bucket does not exist.");
    public static readonly R2Error NoSuchKey = new(HttpStatusCode.NotFound, "NoSuchKey", "The specified key does not exist.");
    public static readonly R2Error NoSuchUpload = new(HttpStatusCode.NotFound, "NoSuchUpload",
        "The specified multipart upload does not exist.");
    public static readonly R2Error NoSuchCors = new(HttpStatusCode.NotFound, "NoSuchCORSConfiguration",
        "The CORS configuration does not exist.");
    public static readonly R2Error NoSuchLifecycle = new(HttpStatusCode.NotFound, "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist.");
    public static readonly R2Error CorsForbidden = new(HttpStatusCode.Forbidden, "AccessDenied",
        "CORSResponse: This CORS request is not allowed.");
    public static readonly R2Error InvalidObjectName = new(HttpStatusCode.BadRequest, "InvalidObjectName",
        "The specified object name is not valid.");
    public static readonly R2Error EntityTooLarge = new(HttpStatusCode.BadRequest, "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed object size.");
    public static readonly R2Error EntityTooSmall = new(HttpStatusCode.BadRequest, "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed object size.");
    public static readonly R2Error MetadataTooLarge = new(HttpStatusCode.BadRequest, "MetadataTooLarge",
        "Your metadata headers exceed the maximum allowed metadata size.");
    public static readonly R2Error MissingContentLength = new(HttpStatusCode.LengthRequired, "MissingContentLength",
        "You must provide the Content-Length HTTP header.");
    public static readonly R2Error InvalidDigest = new(
        HttpStatusCode.BadRequest, "InvalidDigest", "The Content-MD5 you specified is not valid.");
    public static readonly R2Error BadDigest = new(HttpStatusCode.BadRequest, "BadDigest",
        "The Content-MD5 you specified did not match what we received.");
    public static readonly R2Error InvalidPart = new(
        HttpStatusCode.BadRequest, "InvalidPart", "One or more of the specified parts could not be found.");
    public static readonly R2Error UnequalParts = new(HttpStatusCode.BadRequest, "InvalidPart",
        "All non-trailing parts must have the same length.");
    public static readonly R2Error InvalidRange = new(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange",
        "The requested range is not satisfiable.");
    public static readonly R2Error PreconditionFailed = new(HttpStatusCode.PreconditionFailed, "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold.");
    public static readonly R2Error MalformedXml = new(HttpStatusCode.BadRequest, "MalformedXML",
        "The XML you provided was not well formed or did not validate against our published schema.");

    public static R2Error NotImplemented(string what) => new(HttpStatusCode.NotImplemented, "NotImplemented", $"{what} not implemented");

    public static R2Error InvalidArgument(string message) => new(HttpStatusCode.BadRequest, "InvalidArgument", message);

    public static R2Error MalformedSignature(bool inQuery, string message) =>
        new(HttpStatusCode.BadRequest, inQuery ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed", message);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = (int)Status;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : R2Xml.WriteAsync(response, new XElement("Error", new XElement("Code", Code), new XElement("Message", Message)));
    }
}
