using System.Security.Cryptography;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>A request whose signature holds, and the hash that its signature gives the body.</summary>
internal sealed record R2Call(HttpContext Http, R2Request Target, string PayloadHash)
{
    /// <summary>The longest body of one PUT: 5 GiB less 5 MiB.</summary>
    public const long MaxBodyBytes = (5L * 1024 * 1024 * 1024) - (5 * 1024 * 1024);

    // A DeleteObjects of 1000 keys of 1024 bytes, each byte escaped, stays below.
    private const int MaxDocumentBytes = 8 * 1024 * 1024;

    public HttpRequest Request => Http.Request;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>A header's value, or null when it was not sent.</summary>
    public string? Header(string name) => Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Streams the body into a file, with every check that the caller asked for.</summary>
    public async Task<(R2Error? Error, Blob? Blob)> ReceiveAsync(BlobFiles blobs)
    {
        if (Request.ContentLength is not { } length)
        {
            return (R2Error.MissingContentLength, null);
        }

        if (length > MaxBodyBytes)
        {
            return (R2Error.EntityTooLarge, null);
        }

        return ContentMd5(out var md5) ? await blobs.ReceiveAsync(Request.Body, PayloadHash, md5, Aborted) : (R2Error.InvalidDigest, null);
    }

    /// <summary>Reads the body as an XML document of the given root.</summary>
    public async Task<(R2Error? Error, XElement? Document)> ReadDocumentAsync(string root)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int count;
        while ((count = await Request.Body.ReadAsync(chunk, Aborted)) > 0)
        {
            buffer.Write(chunk, 0, count);
            if (buffer.Length > MaxDocumentBytes)
            {
                return (R2Error.EntityTooLarge, null);
            }
        }

        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        if (PayloadHash != SigV4.UnsignedPayload && SigV4.Hex(SHA256.HashData(bytes)) != PayloadHash)
        {
            return (R2Error.ContentSha256Mismatch, null);
        }

        if (!ContentMd5(out var md5))
        {
            return (R2Error.InvalidDigest, null);
        }

#pragma warning disable CA5351 // The protocol's own check of a body's transport.
        if (md5 is not null && !MD5.HashData(bytes).AsSpan().SequenceEqual(md5))
#pragma warning restore CA5351
        {
            return (R2Error.BadDigest, null);
        }

        buffer.Position = 0;
        return R2Xml.Parse(buffer, root) is { } document ? (null, document) : (R2Error.MalformedXml, null);
    }

    private bool ContentMd5(out byte[]? md5)
    {
        md5 = null;
        if (Header("Content-MD5") is not { } text)
        {
            return true;
        }

        var buffer = new byte[16];
        if (!Convert.TryFromBase64String(text, buffer, out var length) || length != 16)
        {
            return false;
        }

        md5 = buffer;
        return true;
    }
}
