namespace ReelBallers.Storage;

/// <summary>Recognizes a container by its first bytes.</summary>
internal static class VideoSignature
{
    /// <summary>How many bytes are needed.</summary>
    public const int Length = 128;

    /// <summary>Null when they are not those of a supported container.</summary>
    public static VideoContainer? Detect(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return VideoContainer.Matroska;
        }

        // The type of the first box follows its size. Files of QuickTime older than ftyp begin with one of the others.
        return start.Length >= 8
            && (start[4..].StartsWith("ftyp"u8) || start[4..].StartsWith("moov"u8) || start[4..].StartsWith("mdat"u8)
                || start[4..].StartsWith("wide"u8) || start[4..].StartsWith("free"u8) || start[4..].StartsWith("skip"u8)
                || start[4..].StartsWith("pnot"u8))
            ? VideoContainer.IsoMedia
            : null;
    }

    /// <summary>Of a Matroska file: whether it calls itself WebM, which its header says at the beginning.</summary>
    public static bool IsWebM(ReadOnlySpan<byte> start) =>
        Detect(start) == VideoContainer.Matroska && start[..Math.Min(start.Length, Length)].IndexOf("webm"u8) >= 0;
}
