using System.Globalization;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The bytes of an object that an answer holds.</summary>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>
    /// Null for the whole object: no header, one that is malformed, or several ranges at once, which S3 does not serve.
    /// </summary>
    public static (R2Error? Error, ByteRange? Range) Parse(string? header, long sizeBytes)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.Ordinal)
            || header["bytes=".Length..].Split('-') is not [var first, var last])
        {
            return (null, null);
        }

        var hasFirst = TryParse(first, out var from);
        var hasLast = TryParse(last, out var to);
        if ((!hasFirst && first.Length > 0) || (!hasLast && last.Length > 0) || (!hasFirst && !hasLast)
            || (hasFirst && hasLast && to < from))
        {
            return (null, null);
        }

        if (!hasFirst)
        {
            var length = Math.Min(to, sizeBytes);
            return length == 0 ? (R2Error.InvalidRange, null) : (null, new ByteRange(sizeBytes - length, length));
        }

        return from >= sizeBytes
            ? (R2Error.InvalidRange, null)
            : (null, new ByteRange(from, (hasLast ? Math.Min(to, sizeBytes - 1) : sizeBytes - 1) - from + 1));
    }

    private static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
