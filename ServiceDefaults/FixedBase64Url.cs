using System.Buffers;
using System.Buffers.Text;

namespace ReelBallers.ServiceDefaults;

/// <summary>Reads base64url of a fixed length.</summary>
public static class FixedBase64Url
{
    /// <summary>Fills all of <paramref name="bytes"/>; false for every string that is not the encoding of that many bytes.</summary>
    public static bool TryDecode(string text, Span<byte> bytes) =>
        // The length first: the decoder skips white space and accepts padding.
        text.Length == Base64Url.GetEncodedLength(bytes.Length)
        && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
        && written == bytes.Length;
}
