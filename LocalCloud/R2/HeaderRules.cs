using System.Text;

namespace ReelBallers.LocalCloud.R2;

/// <summary>Which headers of an upload are kept with the object, and which R2 does not have.</summary>
internal static class HeaderRules
{
    private const string CustomPrefix = "x-amz-meta-";
    private const int MaxMetadataBytes = 8192;

    private static readonly string[] Kept =
        ["Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires", "x-amz-storage-class"];

    private static readonly string[] Missing =
    [
        "x-amz-tagging", "x-amz-server-side-encryption", "x-amz-object-lock-", "x-amz-website-redirect-location", "x-amz-grant-",
        "x-amz-expected-bucket-owner", "x-amz-request-payer", "x-amz-source-expected-bucket-owner",
    ];

    /// <summary>The query parameters that set a header of one answer.</summary>
    public static readonly (string Parameter, string Header)[] Overrides =
    [
        ("response-content-type", "Content-Type"), ("response-content-language", "Content-Language"), ("response-expires", "Expires"),
        ("response-cache-control", "Cache-Control"), ("response-content-disposition", "Content-Disposition"),
        ("response-content-encoding", "Content-Encoding"),
    ];

    public static R2Error? FindUnsupported(IHeaderDictionary headers) =>
        headers.Keys.FirstOrDefault(name => Missing.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))) is { } header
            ? R2Error.NotImplemented($"Header '{header}'")
            : headers.TryGetValue("x-amz-storage-class", out var storage) && storage.ToString() is not ("STANDARD" or "STANDARD_IA")
                ? R2Error.InvalidArgument("The storage class you specified is not valid.")
                : null;

    public static (R2Error? Error, ObjectHeaders? Headers) Read(IHeaderDictionary headers)
    {
        var system = Kept.Where(headers.ContainsKey)
            .ToDictionary(name => name, name => headers[name].ToString(), StringComparer.OrdinalIgnoreCase);
        system.TryAdd("Content-Type", "application/octet-stream");
        var custom = headers.Where(header => header.Key.StartsWith(CustomPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
        var bytes = custom.Sum(pair => pair.Key.Length - CustomPrefix.Length + Encoding.UTF8.GetByteCount(pair.Value));
        return bytes > MaxMetadataBytes ? (R2Error.MetadataTooLarge, null) : (null, new ObjectHeaders(system, custom));
    }
}
