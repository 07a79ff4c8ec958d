using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The last download of a page, as an opaque string.</summary>
internal readonly record struct DownloadCursor(Guid DownloadId)
{
    private const int Size = 16;

    /// <summary>Before the newest download.</summary>
    public static DownloadCursor Start => new(Guid.AllBitsSet);

    /// <summary>False when it is not the cursor of a page; an empty one is the start.</summary>
    public static bool TryParse(string text, out DownloadCursor cursor)
    {
        cursor = Start;
        if (text.Length == 0)
        {
            return true;
        }
        Span<byte> bytes = stackalloc byte[Size];
        if (!PageCursor.TryDecode(text, bytes))
        {
            return false;
        }
        cursor = new DownloadCursor(new Guid(bytes, bigEndian: true));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        DownloadId.TryWriteBytes(bytes, bigEndian: true, out _);
        return PageCursor.Encode(bytes);
    }
}
