using System.Globalization;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The calls on one object.</summary>
internal sealed class ObjectApi(Bucket bucket, TimeProvider time)
{
    public async Task<IResult> GetAsync(R2Call call)
    {
        using var lease = bucket.Objects.Open(call.Target.Key);
        if (lease is null)
        {
            return R2Error.NoSuchKey;
        }

        var stored = lease.Stored;
        if (Conditions.ForRead(call, stored) is { } ended)
        {
            return ended;
        }

        var (error, range) = FindRange(call, stored);
        if (error is not null)
        {
            call.Http.Response.Headers.ContentRange = $"bytes */{stored.SizeBytes}";
            return error;
        }

        if (SetHeaders(call, stored) is { } refused)
        {
            return refused;
        }

        var response = call.Http.Response;
        var part = range ?? new ByteRange(0, stored.SizeBytes);
        response.StatusCode = range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        response.ContentLength = part.Length;
        if (range is not null)
        {
            response.Headers.ContentRange = $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{stored.SizeBytes}";
        }

        if (!HttpMethods.IsHead(call.Request.Method))
        {
            await SendAsync(response, stored, part);
        }

        return Results.Empty;
    }

    public async Task<IResult> PutAsync(R2Call call)
    {
        if (call.Header("x-amz-copy-source") is { } source)
        {
            return Copy(call, source);
        }

        var (refused, headers) = HeaderRules.Read(call.Request.Headers);
        if (refused is not null)
        {
            return refused;
        }

        var precondition = Conditions.ForWrite(call);
        if (precondition(bucket.Objects.Find(call.Target.Key)) is { } early)
        {
            return early;
        }

        var (error, blob) = await call.ReceiveAsync(bucket.Objects.Blobs);
        if (error is not null)
        {
            return error;
        }

        var stored = new StoredObject(call.Target.Key, blob!.SizeBytes, blob.ETag, time.GetUtcNow(), headers!, [blob.Segment]);
        if (bucket.Objects.Put(stored, precondition) is { } late)
        {
            bucket.Objects.Blobs.Delete(blob.File);
            return late;
        }

        call.Http.Response.Headers.ETag = stored.ETag;
        return Results.Ok();
    }

    public IResult Delete(R2Call call)
    {
        bucket.Objects.Delete(call.Target.Key);
        return Results.NoContent();
    }

    private IResult Copy(R2Call call, string source)
    {
        var path = R2Request.Decode(source.Split('?')[0])?.TrimStart('/') ?? "";
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || path[..slash] != bucket.Name)
        {
            return slash <= 0 ? R2Error.InvalidArgument("Copy Source must mention the source bucket and key.") : R2Error.NoSuchBucket;
        }

        using var lease = bucket.Objects.Open(path[(slash + 1)..]);
        if (lease is null)
        {
            return R2Error.NoSuchKey;
        }

        var (refused, given) = HeaderRules.Read(call.Request.Headers);
        if (refused is not null || !Conditions.HoldForCopySource(call, lease.Stored))
        {
            return refused ?? R2Error.PreconditionFailed;
        }

        var old = lease.Stored.Headers;
        ObjectHeaders? headers = (call.Header("x-amz-metadata-directive") ?? "COPY") switch
        {
            "COPY" => old,
            "REPLACE" => given,
            "MERGE" => new ObjectHeaders(Merge(old.System, given!.System), Merge(old.Custom, given.Custom)),
            _ => null,
        };
        if (headers is null)
        {
            return R2Error.InvalidArgument("Unknown metadata directive.");
        }

        var copy = lease.Stored with
        {
            Key = call.Target.Key,
            LastModified = time.GetUtcNow(),
            Headers = headers,
            Segments = [.. lease.Stored.Segments.Select(bucket.Objects.Blobs.Copy)],
        };
        if (bucket.Objects.Put(copy, Conditions.ForWrite(call)) is { } error)
        {
            copy.Segments.ToList().ForEach(segment => bucket.Objects.Blobs.Delete(segment.File));
            return error;
        }

        return R2Xml.Answer("CopyObjectResult", new XElement("ETag", copy.ETag),
            new XElement("LastModified", R2Xml.Time(copy.LastModified)));
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> under, IReadOnlyDictionary<string, string> over)
    {
        var merged = new Dictionary<string, string>(under, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in over)
        {
            merged[name] = value;
        }

        return merged;
    }

    private static (R2Error? Error, ByteRange? Range) FindRange(R2Call call, StoredObject stored)
    {
        if (call.Target.Get("partNumber") is { } text)
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
                && number <= stored.Segments.Count
                ? (null, new ByteRange(stored.Segments.Take(number - 1)
                    .Sum(segment => segment.SizeBytes), stored.Segments[number - 1].SizeBytes))
                : (R2Error.InvalidRange, null);
        }

        var current = call.Header("If-Range") is not { } known || known == stored.ETag;
        return ByteRange.Parse(current ? call.Header("Range") : null, stored.SizeBytes);
    }

    private R2Error? SetHeaders(R2Call call, StoredObject stored)
    {
        var headers = call.Http.Response.Headers;
        headers.ETag = stored.ETag;
        headers.LastModified = stored.LastModified.ToString("r", CultureInfo.InvariantCulture);
        headers.AcceptRanges = "bytes";
        foreach (var (name, value) in stored.Headers.System.Concat(stored.Headers.Custom))
        {
            headers[name] = value;
        }

        foreach (var (parameter, header) in HeaderRules.Overrides)
        {
            if (call.Target.Get(parameter) is { } value)
            {
                if (value.Any(char.IsControl))
                {
                    return R2Error.InvalidArgument($"{parameter} is not a header value.");
                }

                headers[header] = value;
            }
        }

        if (bucket.Settings.Lifecycle.ExpiryOf(stored) is { } expiry)
        {
            headers["x-amz-expiration"] = $"expiry-date=\"{expiry.At.ToString("r", CultureInfo.InvariantCulture)}\", rule-id=\"{expiry.RuleId}\"";
        }

        return null;
    }

    private async Task SendAsync(HttpResponse response, StoredObject stored, ByteRange range)
    {
        var (skip, left) = (range.Offset, range.Length);
        foreach (var segment in stored.Segments)
        {
            if (skip < segment.SizeBytes && left > 0)
            {
                var count = Math.Min(segment.SizeBytes - skip, left);
                await response.SendFileAsync(bucket.Objects.Blobs.PathOf(segment.File), skip, count, response.HttpContext.RequestAborted);
                (skip, left) = (0, left - count);
            }
            else
            {
                skip = Math.Max(0, skip - segment.SizeBytes);
            }
        }
    }
}
