using System.Buffers.Text;

namespace ReelBallers.ServiceDefaults;

/// <summary>The position after a page, as an opaque string of fixed length.</summary>
public static class PageCursor
{
    /// <summary>Encodes the bytes for a URL.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <inheritdoc cref="FixedBase64Url.TryDecode" />
    public static bool TryDecode(string text, Span<byte> bytes) => FixedBase64Url.TryDecode(text, bytes);
}
