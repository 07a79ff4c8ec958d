using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The calls on a bucket and on many of its objects.</summary>
internal sealed class BucketApi(Bucket bucket)
{
    private const int MaxKeys = 1000;

    public IResult ListBuckets() => R2Xml.Answer("ListAllMyBucketsResult",
        new XElement("Buckets", new XElement("Bucket",
            new XElement("Name", bucket.Name), new XElement("CreationDate", R2Xml.Time(bucket.Created)))),
        new XElement("Owner", new XElement("ID", "local"), new XElement("DisplayName", "local")));

    public static IResult Head(R2Call call)
    {
        call.Http.Response.Headers["x-amz-bucket-region"] = "auto";
        return Results.Ok();
    }

    public static IResult Location() => R2Xml.Answer("LocationConstraint", "auto");

    public IResult List(R2Call call)
    {
        if (call.Target.Get("list-type") != "2")
        {
            return R2Error.NotImplemented("ListObjects");
        }

        var max = MaxKeys;
        if (call.Target.Get("max-keys") is { Length: > 0 } text
            && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max))
        {
            return R2Error.InvalidArgument("max-keys must be a positive integer.");
        }

        var (prefix, delimiter) = (call.Target.Get("prefix") ?? "", call.Target.Get("delimiter") ?? "");
        var (token, startAfter) = (call.Target.Get("continuation-token"), call.Target.Get("start-after"));
        var after = string.IsNullOrEmpty(startAfter) ? null : new ObjectCursor(startAfter, false);
        if (!string.IsNullOrEmpty(token) && (after = FromToken(token)) is null)
        {
            return R2Error.InvalidArgument("The continuation token provided is incorrect.");
        }

        max = Math.Min(max, MaxKeys);
        var page = max == 0 ? new ObjectPage([], [], null) : bucket.Objects.List(prefix, delimiter, after, max);
        var encoded = call.Target.Get("encoding-type") == "url";
        string Text(string value) => encoded ? SigV4.Encode(value, keepSlash: true) : value;
        return R2Xml.Answer("ListBucketResult",
            new XElement("Name", bucket.Name), new XElement("Prefix", Text(prefix)),
            delimiter.Length == 0 ? null : new XElement("Delimiter", Text(delimiter)),
            encoded ? new XElement("EncodingType", "url") : null,
            new XElement("MaxKeys", max), new XElement("KeyCount", page.Objects.Count + page.CommonPrefixes.Count),
            new XElement("IsTruncated", page.Next is not null),
            string.IsNullOrEmpty(token) ? null : new XElement("ContinuationToken", token),
            page.Next is null ? null : new XElement("NextContinuationToken", ToToken(page.Next)),
            string.IsNullOrEmpty(startAfter) ? null : new XElement("StartAfter", Text(startAfter)),
            page.Objects.Select(stored => new XElement("Contents", new XElement("Key", Text(stored.Key)),
                new XElement("LastModified", R2Xml.Time(stored.LastModified)), new XElement("ETag", stored.ETag),
                new XElement("Size", stored.SizeBytes),
                new XElement("StorageClass", stored.Headers.System.GetValueOrDefault("x-amz-storage-class", "STANDARD")))),
            page.CommonPrefixes.Select(common => new XElement("CommonPrefixes", new XElement("Prefix", Text(common)))));
    }

    public async Task<IResult> DeleteManyAsync(R2Call call)
    {
        var (error, document) = await call.ReadDocumentAsync("Delete");
        if (error is not null)
        {
            return error;
        }

        var keys = document!.Elements("Object").Select(element => element.Element("Key")?.Value).ToList();
        if (keys.Count is 0 or > MaxKeys || keys.Exists(string.IsNullOrEmpty))
        {
            return R2Error.MalformedXml;
        }

        keys.ForEach(key => bucket.Objects.Delete(key!));
        return R2Xml.Answer("DeleteResult", document.Element("Quiet")?.Value == "true"
            ? []
            : keys.Select(key => new XElement("Deleted", new XElement("Key", key))));
    }

    public IResult GetCors() => bucket.Settings.Cors.Rules.Count == 0
        ? R2Error.NoSuchCors
        : R2Xml.Answer("CORSConfiguration", bucket.Settings.Cors.ToXml());

    public async Task<IResult> PutCorsAsync(R2Call call)
    {
        var (error, document) = await call.ReadDocumentAsync("CORSConfiguration");
        if (error is not null || Cors.Parse(document!) is not { } cors)
        {
            return error ?? R2Error.MalformedXml;
        }

        bucket.Settings.Set(cors);
        return Results.Ok();
    }

    public IResult DeleteCors()
    {
        bucket.Settings.Set(new Cors([]));
        return Results.NoContent();
    }

    public IResult GetLifecycle() => bucket.Settings.Lifecycle.Rules.Count == 0
        ? R2Error.NoSuchLifecycle
        : R2Xml.Answer("LifecycleConfiguration", bucket.Settings.Lifecycle.ToXml());

    public async Task<IResult> PutLifecycleAsync(R2Call call)
    {
        var (error, document) = await call.ReadDocumentAsync("LifecycleConfiguration");
        if (error is not null)
        {
            return error;
        }

        var (refused, lifecycle) = Lifecycle.Parse(document!);
        if (refused is not null)
        {
            return refused;
        }

        bucket.Settings.Set(lifecycle!);
        return Results.Ok();
    }

    public IResult DeleteLifecycle()
    {
        bucket.Settings.Set(new Lifecycle([]));
        return Results.NoContent();
    }

    private static string ToToken(ObjectCursor cursor) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(cursor));

    private static ObjectCursor? FromToken(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<ObjectCursor>(
                Encoding.UTF8.GetString(Convert.FromBase64String(token))) is { Text: not null } cursor ? cursor : null;
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            return null;
        }
    }
}
