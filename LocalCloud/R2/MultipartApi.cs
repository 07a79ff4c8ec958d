using System.Globalization;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The calls of an upload in parts.</summary>
internal sealed class MultipartApi(Bucket bucket)
{
    private const int MaxPage = 1000;

    public IResult Create(R2Call call)
    {
        var (error, headers) = HeaderRules.Read(call.Request.Headers);
        if (error is not null)
        {
            return error;
        }

        var upload = bucket.Uploads.Create(call.Target.Key, headers!);
        return R2Xml.Answer("InitiateMultipartUploadResult",
            new XElement("Bucket", bucket.Name), new XElement("Key", upload.Key), new XElement("UploadId", upload.UploadId));
    }

    public async Task<IResult> PutPartAsync(R2Call call)
    {
        if (call.Header("x-amz-copy-source") is not null)
        {
            return R2Error.NotImplemented("UploadPartCopy");
        }

        var uploadId = call.Target.Get("uploadId") ?? "";
        if (!int.TryParse(call.Target.Get("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > MultipartStore.MaxParts)
        {
            return R2Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive.");
        }

        if (bucket.Uploads.Find(uploadId, call.Target.Key) is null)
        {
            return R2Error.NoSuchUpload;
        }

        var (error, blob) = await call.ReceiveAsync(bucket.Objects.Blobs);
        if ((error ?? bucket.Uploads.PutPart(uploadId, call.Target.Key, number, blob!)) is { } refused)
        {
            return refused;
        }

        call.Http.Response.Headers.ETag = blob!.ETag;
        return Results.Ok();
    }

    public async Task<IResult> CompleteAsync(R2Call call)
    {
        var uploadId = call.Target.Get("uploadId") ?? "";
        if (bucket.Uploads.Find(uploadId, call.Target.Key) is null)
        {
            return R2Error.NoSuchUpload;
        }

        var (error, document) = await call.ReadDocumentAsync("CompleteMultipartUpload");
        if (error is not null)
        {
            return error;
        }

        var parts = new List<(int PartNumber, string ETag)>();
        foreach (var element in document!.Elements("Part"))
        {
            if (!int.TryParse(element.Element("PartNumber")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || element.Element("ETag")?.Value is not { } etag)
            {
                return R2Error.MalformedXml;
            }

            parts.Add((number, etag));
        }

        if (parts.Count == 0)
        {
            return R2Error.MalformedXml;
        }

        var (refused, stored) = bucket.Uploads.Complete(uploadId, call.Target.Key, parts, Conditions.ForWrite(call));
        return refused is not null ? refused : R2Xml.Answer("CompleteMultipartUploadResult",
            new XElement("Location", $"{call.Request.Scheme}://{call.Request.Host}{call.Target.RawPath}"),
            new XElement("Bucket", bucket.Name), new XElement("Key", stored!.Key), new XElement("ETag", stored.ETag));
    }

    public IResult Abort(R2Call call) =>
        bucket.Uploads.Abort(call.Target.Get("uploadId") ?? "", call.Target.Key) is { } error ? error : Results.NoContent();

    public IResult ListParts(R2Call call)
    {
        var uploadId = call.Target.Get("uploadId") ?? "";
        if (bucket.Uploads.Find(uploadId, call.Target.Key) is not { } found)
        {
            return R2Error.NoSuchUpload;
        }

        var max = PageSize(call, "max-parts");
        var marker = Number(call.Target.Get("part-number-marker")) ?? 0;
        var rest = found.Parts.Where(part => part.PartNumber > marker).ToList();
        var page = rest.Take(max).ToList();
        return R2Xml.Answer("ListPartsResult",
            new XElement("Bucket", bucket.Name), new XElement("Key", call.Target.Key), new XElement("UploadId", uploadId),
            new XElement("PartNumberMarker", marker),
            page.Count < rest.Count && page.Count > 0 ? new XElement("NextPartNumberMarker", page[^1].PartNumber) : null,
            new XElement("MaxParts", max), new XElement("IsTruncated", page.Count < rest.Count), new XElement("StorageClass", "STANDARD"),
            page.Select(part => new XElement("Part", new XElement("PartNumber", part.PartNumber),
                new XElement("LastModified", R2Xml.Time(part.LastModified)), new XElement("ETag", part.Blob.ETag),
                new XElement("Size", part.Blob.SizeBytes))));
    }

    public IResult ListUploads(R2Call call)
    {
        var prefix = call.Target.Get("prefix") ?? "";
        var (keyMarker, idMarker) = (call.Target.Get("key-marker") ?? "", call.Target.Get("upload-id-marker") ?? "");
        var max = PageSize(call, "max-uploads");
        var rest = bucket.Uploads.List(prefix).Where(upload => Utf8Order.Instance.Compare(upload.Key, keyMarker) is var order
            && (order > 0 || (order == 0 && idMarker.Length > 0 && string.CompareOrdinal(upload.UploadId, idMarker) > 0))).ToList();
        var page = rest.Take(max).ToList();
        var truncated = page.Count < rest.Count && page.Count > 0;
        return R2Xml.Answer("ListMultipartUploadsResult",
            new XElement("Bucket", bucket.Name), new XElement("Prefix", prefix), new XElement("KeyMarker", keyMarker),
            new XElement("UploadIdMarker", idMarker),
            truncated ? new XElement("NextKeyMarker", page[^1].Key) : null,
            truncated ? new XElement("NextUploadIdMarker", page[^1].UploadId) : null,
            new XElement("MaxUploads", max), new XElement("IsTruncated", truncated),
            page.Select(upload => new XElement("Upload", new XElement("Key", upload.Key), new XElement("UploadId", upload.UploadId),
                new XElement("StorageClass", "STANDARD"), new XElement("Initiated", R2Xml.Time(upload.Initiated)))));
    }

    private static int PageSize(R2Call call, string name) => Math.Clamp(Number(call.Target.Get(name)) ?? MaxPage, 1, MaxPage);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
