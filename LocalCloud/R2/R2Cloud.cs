using System.Net;
using System.Text;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.R2;

/// <summary>
/// R2's S3 API for one bucket, path style. Left out of the real one: other buckets, versions of listing before the second,
/// copying into a part, customer keys, transitions to another class, checksums beyond MD5 and SHA-256, and one write a second a key.
/// </summary>
internal sealed class R2Cloud(Bucket bucket, R2Authentication authentication, TimeProvider time)
{
    public const string AccessKeyId = "r2_local";
    public const string SecretAccessKey = "r2_local_secret";
    public const string BucketName = "reelballers-videos";

    private const int MaxKeyBytes = 1024;

    // Sub-resources of S3 that R2 lacks: without this a GET ?acl would read the object itself.
    private static readonly string[] MissingResources =
        ["acl", "tagging", "versioning", "versions", "policy", "website", "logging", "notification", "replication", "encryption",
         "object-lock", "retention", "legal-hold", "torrent", "restore", "select", "attributes", "accelerate", "requestPayment",
         "versionId"];

    private readonly ObjectApi _objects = new(bucket, time);
    private readonly MultipartApi _multipart = new(bucket);
    private readonly BucketApi _bucket = new(bucket);

    public static WebApplication Build(LocalCloudOptions options, FaultStore faults)
    {
        var builder = CloudApp.CreateBuilder(options.R2Port);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        var bucket = new Bucket(BucketName, Path.Combine(options.DataDirectory, "r2", BucketName), options.Time);
        builder.Services.AddSingleton(bucket).AddSingleton(options.Time).AddHostedService<LifecycleSweeper>();

        var cloud = new R2Cloud(bucket, new R2Authentication(AccessKeyId, SecretAccessKey, options.Time), options.Time);
        var app = builder.Build().UseCuts().UseFaults(CloudName.R2, faults);
        app.Run(async context => await (await cloud.HandleAsync(context)).ExecuteAsync(context));
        return app;
    }

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        if (R2Request.Read(context) is not { } target)
        {
            return new R2Error(HttpStatusCode.BadRequest, "InvalidURI", "Couldn't parse the specified URI.");
        }

        if (target.Bucket == bucket.Name)
        {
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                return bucket.Settings.Cors.Preflight(context);
            }

            bucket.Settings.Cors.Apply(context);
        }

        var (error, payloadHash) = authentication.Verify(target, context.Request);
        if ((error ?? Check(target, context.Request)) is { } refused)
        {
            return refused;
        }

        var call = new R2Call(context, target, payloadHash);
        return target.Path == "/"
            ? _bucket.ListBuckets()
            : await (target.Key.Length == 0 ? OnBucketAsync(call) : OnObjectAsync(call));
    }

    private R2Error? Check(R2Request target, HttpRequest http) =>
        target.Path != "/" && target.Bucket != bucket.Name ? R2Error.NoSuchBucket
        : target.Path == "/" && !HttpMethods.IsGet(http.Method) ? R2Error.NotImplemented($"{http.Method} on the account")
        : Encoding.UTF8.GetByteCount(target.Key) > MaxKeyBytes ? R2Error.InvalidObjectName
        : MissingResources.FirstOrDefault(target.Has) is { } resource ? R2Error.NotImplemented(resource)
        : HeaderRules.FindUnsupported(http.Headers);

    private async Task<IResult> OnBucketAsync(R2Call call) =>
        (call.Request.Method, Resource(call.Target, "cors", "lifecycle", "location", "uploads", "delete")) switch
        {
            ("HEAD", null) => BucketApi.Head(call),
            ("GET", null) => _bucket.List(call),
            ("GET", "location") => BucketApi.Location(),
            ("GET", "uploads") => _multipart.ListUploads(call),
            ("POST", "delete") => await _bucket.DeleteManyAsync(call),
            ("GET", "cors") => _bucket.GetCors(),
            ("PUT", "cors") => await _bucket.PutCorsAsync(call),
            ("DELETE", "cors") => _bucket.DeleteCors(),
            ("GET", "lifecycle") => _bucket.GetLifecycle(),
            ("PUT", "lifecycle") => await _bucket.PutLifecycleAsync(call),
            ("DELETE", "lifecycle") => _bucket.DeleteLifecycle(),
            var (method, resource) => R2Error.NotImplemented($"{method} {resource ?? "on a bucket"}"),
        };

    private async Task<IResult> OnObjectAsync(R2Call call) => (call.Request.Method, Resource(call.Target, "uploads", "uploadId")) switch
    {
        ("GET" or "HEAD", null) => await _objects.GetAsync(call),
        ("PUT", null) => await _objects.PutAsync(call),
        ("DELETE", null) => _objects.Delete(call),
        ("POST", "uploads") => _multipart.Create(call),
        ("PUT", "uploadId") => await _multipart.PutPartAsync(call),
        ("POST", "uploadId") => await _multipart.CompleteAsync(call),
        ("DELETE", "uploadId") => _multipart.Abort(call),
        ("GET", "uploadId") => _multipart.ListParts(call),
        var (method, resource) => R2Error.NotImplemented($"{method} {resource ?? "on an object"}"),
    };

    private static string? Resource(R2Request target, params string[] names) => names.FirstOrDefault(target.Has);
}
