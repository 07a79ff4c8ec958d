using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.Storage;

/// <content>Signed URLs, which need no call.</content>
internal sealed partial class R2Client
{
    // A signature is valid for seven days from the SDK's time, which follows R2's clock and may be behind ours.
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(15);

    /// <summary>
    /// The headers that a PUT to the URL of <see cref="SignNewPut(string, string, long, TimeSpan)"/> must have, beside its length.
    /// </summary>
    public static IReadOnlyDictionary<string, string> HeadersOfNewPut(string contentType) =>
        new Dictionary<string, string> { ["content-type"] = contentType, ["if-none-match"] = "*" };

    /// <summary>For a PUT of exactly this type and size, which creates the object and never replaces one.</summary>
    public string SignNewPut(string key, string contentType, long sizeBytes, TimeSpan lifetime) =>
        Sign(HttpVerb.PUT, key, lifetime, request =>
        {
            request.ContentType = contentType;
            request.Headers.ContentLength = sizeBytes;
            request.Headers["If-None-Match"] = "*";
        });

    /// <summary>For a PUT of any type and size, which creates the object and never replaces one: a run can be executed twice.</summary>
    public string SignNewPut(string key, TimeSpan lifetime) =>
        Sign(HttpVerb.PUT, key, lifetime, request => request.Headers["If-None-Match"] = "*");

    /// <summary>For a PUT of a part of exactly this size.</summary>
    public string SignPart(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime) =>
        Sign(HttpVerb.PUT, key, lifetime, request =>
        {
            (request.UploadId, request.PartNumber) = (multipartId, partNumber);
            request.Headers.ContentLength = sizeBytes;
        });

    public string SignGet(string key, TimeSpan lifetime) => Sign(HttpVerb.GET, key, lifetime, _ => { });

    /// <summary>For a browser download with this file name and type, whatever type was stored.</summary>
    public string SignDownload(string key, string filename, string contentType, TimeSpan lifetime) =>
        Sign(HttpVerb.GET, key, lifetime, request =>
        {
            request.ResponseHeaderOverrides.ContentDisposition = DownloadHeaders.Disposition(filename);
            request.ResponseHeaderOverrides.ContentType = contentType;
        });

    private string Sign(HttpVerb verb, string key, TimeSpan lifetime, Action<GetPreSignedUrlRequest> more)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = _options.Bucket,
            Key = key,
            Verb = verb,
            Expires = (_time.GetUtcNow() + (lifetime < MaxLifetime ? lifetime : MaxLifetime)).UtcDateTime,
            Protocol = _options.GetEndpoint().Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        more(request);
        return _s3.GetPreSignedURL(request);
    }
}
