using System.Buffers.Binary;
using System.Text;

namespace ReelBallers.Worker;

/// <summary>Says in plain words what a file is that cannot be read as a video, by its first bytes and its outer structure.</summary>
internal static class FileKind
{
    private const string NoVideo = "the source is not a video that can be read";

    private static readonly (byte[] Begin, string Name)[] Images =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "PNG"),
        ([0xFF, 0xD8, 0xFF], "JPEG"),
        ([(byte)'G', (byte)'I', (byte)'F', (byte)'8'], "GIF"),
        ([(byte)'B', (byte)'M'], "BMP"),
        ([(byte)'I', (byte)'I', 42, 0], "TIFF"),
        ([(byte)'M', (byte)'M', 0, 42], "TIFF"),
    ];

    /// <summary>ffmpeg would read some images as videos of one frame: a HEIC or AVIF is an MP4 inside.</summary>
    public static bool IsImage(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        var begin = new byte[12];
        return ImageName(begin.AsSpan(0, file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false))) is not null;
    }

    /// <returns>Null when it is no image.</returns>
    private static string? ImageName(ReadOnlySpan<byte> begin)
    {
        foreach (var (bytes, name) in Images)
        {
            if (begin.StartsWith(bytes))
            {
                return name;
            }
        }

        if (begin.Length < 12)
        {
            return null;
        }

        return (Encoding.ASCII.GetString(begin[..4]), Encoding.ASCII.GetString(begin[4..8]), Encoding.ASCII.GetString(begin[8..12])) switch
        {
            ("RIFF", _, "WEBP") => "WebP",
            (_, "ftyp", "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1") => "HEIC",
            (_, "ftyp", "avif" or "avis") => "AVIF",
            _ => null,
        };
    }

    /// <summary>Why ffprobe cannot read the file.</summary>
    public static string Explain(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        var begin = new byte[12];
        var read = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            return $"{NoVideo}: it is empty";
        }

        if (ImageName(begin.AsSpan(0, read)) is { } image)
        {
            return $"{NoVideo}: it is an image ({image})";
        }

        return begin.AsSpan(4, 4).SequenceEqual("ftyp"u8) && !HasIndex(file)
            ? "the source is damaged: it was cut off, and the part that is missing holds its index (moov)"
            : NoVideo;
    }

    private static bool HasIndex(FileStream file)
    {
        Span<byte> header = stackalloc byte[16];
        for (var position = 0L; position + 8 <= file.Length;)
        {
            file.Position = position;
            var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            var size = (long)BinaryPrimitives.ReadUInt32BigEndian(header);
            if (header[4..8].SequenceEqual("moov"u8))
            {
                return position + size <= file.Length;
            }

            if (size == 1 && read == header.Length)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(header[8..]);
            }

            if (size < 8 || size > file.Length - position)
            {
                return false;
            }

            position += size;
        }

        return false;
    }
}
