using System.Buffers.Binary;
using System.Text;

namespace ReelBallers.TestKit;

/// <summary>
/// Small real videos without sound, for tests that store videos and look at them: 1920x1080, black, a frame a second. The same for the
/// same arguments.
/// </summary>
public static class SampleBytes
{
    public const int Width = 1920;
    public const int Height = 1080;

    // One H.264 frame, and its decoder configuration.
    private static readonly byte[] Frame =
    [
        .. Convert.FromBase64String(
            "AAABqWWIhAS//vet34FNwys1a7pXOLTLq5Q0PVH2lKZ4tkgAAAMAAAMAAAMAAAMAADLprQ5tRHDh/oPAAAADAAADAB+AAAAG"
            + "XAAAAwIqAAADAQsAAAMA1AAAAwDJAAADAOIAAAMA/gAAAwEyAAADAhoAAAQEAAAGKAAADsA="),
        .. Enumerable.Repeat<byte[]>([0, 0, 3], 100).SelectMany(bytes => bytes),
        0, 0, 64, 65,
    ];

    private static readonly byte[] Configuration =
        Convert.FromBase64String("AWQQKP/hABtnZBAorLgPAET8uAtQEBAUAAADAAQAAAMACBABAAVo7g8si/34+AA=");

    /// <summary>An MP4 of this many bytes, filled up with noise.</summary>
    public static byte[] Mp4(int length, int seconds = 1)
    {
        byte[] type = Box("ftyp", Text("isom"), Number(512), Text("isommp41"));
        byte[] data = Box("mdat", Frame);
        // The offset of the frame does not change the length of the index.
        var index = Index(seconds, type.Length + Index(seconds, 0).Length + 8);
        byte[] video = [.. type, .. index, .. data];
        var rest = length - video.Length;
        return rest switch
        {
            0 => video,
            >= 8 => [.. video, .. Box("free", Noise(rest - 8))],
            _ => throw new ArgumentOutOfRangeException(nameof(length), length, $"At least {video.Length + 8}."),
        };
    }

    /// <summary>A WebM (or Matroska) of this many bytes, filled up with noise.</summary>
    /// <param name="length">The size of the file.</param>
    /// <param name="seconds">How long it lasts.</param>
    /// <param name="type">What it calls itself.</param>
    /// <param name="saysDuration">False as in a browser's recording.</param>
    public static byte[] Matroska(int length, int seconds = 1, string type = "webm", bool saysDuration = true)
    {
        var header = Element(0x1A45DFA3, Element(0x4286, [1]), Element(0x42F7, [1]), Element(0x42F2, [4]), Element(0x42F3, [8]),
            Element(0x4282, Text(type)), Element(0x4287, [4]), Element(0x4285, [2]));
        var duration = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(duration, seconds * 1000);
        var information = Element(0x1549A966, [
            .. Element(0x2AD7B1, Number(1_000_000)), .. saysDuration ? Element(0x4489, duration) : [],
            .. Element(0x4D80, Text("test")), .. Element(0x5741, Text("test"))]);
        var tracks = Element(0x1654AE6B, Element(0xAE,
            Element(0xD7, [1]), Element(0x73C5, [1]), Element(0x83, [1]), Element(0x86, Text("V_MPEG4/ISO/AVC")),
            Element(0x63A2, Configuration),
            Element(0x23E383, Number(1_000_000_000)),
            Element(0xE0, Element(0xB0, Number(Width)), Element(0xBA, Number(Height)))));
        var clusters = Enumerable.Range(0, seconds).SelectMany(second =>
            Element(0x1F43B675, Element(0xE7, Number(second * 1000)), Element(0xA3, [0x81, 0, 0, 0x80, .. Frame])));
        byte[] content = [.. information, .. tracks, .. clusters];
        // With the numbers of bytes of the segment and of the filling.
        var rest = length - header.Length - content.Length - 21;
        return rest >= 0
            ? [.. header, .. Element(0x18538067, [.. information, .. tracks, .. Element(0xEC, Noise(rest)), .. clusters])]
            : throw new ArgumentOutOfRangeException(nameof(length), length, $"At least {length - rest}.");
    }

    private static byte[] Index(int seconds, int frameAt)
    {
        const int Clock = 1000;
        byte[] none = Number(0);
        byte[] matrix =
            [.. Number(0x10000), .. none, .. none, .. none, .. Number(0x10000), .. none, .. none, .. none, .. Number(0x40000000)];
        byte[] picture = Box("avc1",
            new byte[6], [0, 1], new byte[16], [Width >> 8, Width & 255, Height >> 8, Height & 255], Number(0x480000), Number(0x480000),
            none, [0, 1], new byte[32], [0, 24, 255, 255], Box("avcC", Configuration));
        byte[] table = Box("stbl",
            Box("stsd", none, Number(1), picture),
            Box("stts", none, Number(1), Number(seconds), Number(Clock)),
            Box("stsc", none, Number(1), Number(1), Number(1), Number(1)),
            Box("stsz", none, Number(Frame.Length), Number(seconds)),
            // Every second shows the same frame.
            Box("stco", [none, Number(seconds), .. Enumerable.Repeat(Number(frameAt), seconds)]));
        byte[] media = Box("mdia",
            Box("mdhd", none, none, none, Number(Clock), Number(seconds * Clock), [0x55, 0xC4, 0, 0]),
            Box("hdlr", none, none, Text("vide"), new byte[12], [0]),
            Box("minf",
                Box("vmhd", Number(1), new byte[8]),
                Box("dinf", Box("dref", none, Number(1), Box("url ", Number(1)))),
                table));
        return Box("moov",
            Box("mvhd", none, none, none, Number(Clock), Number(seconds * Clock), Number(0x10000), [1, 0], new byte[10], matrix,
                new byte[24], Number(2)),
            Box("trak",
                Box("tkhd", Number(3), none, none, Number(1), none, Number(seconds * Clock), new byte[16], matrix,
                    Number(Width << 16), Number(Height << 16)),
                media));
    }

    private static byte[] Box(string type, params ReadOnlySpan<byte[]> content)
    {
        using var box = new MemoryStream();
        box.Write(Text(type));
        foreach (var bytes in content)
        {
            box.Write(bytes);
        }

        return [.. Number((int)box.Length + 4), .. box.ToArray()];
    }

    private static byte[] Element(uint id, params ReadOnlySpan<byte[]> content)
    {
        using var element = new MemoryStream();
        foreach (var bytes in content)
        {
            element.Write(bytes);
        }

        // The size always takes eight bytes.
        var size = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(size, element.Length | 1L << 56);
        return [.. Number((int)id).SkipWhile(digit => digit == 0), .. size, .. element.ToArray()];
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
