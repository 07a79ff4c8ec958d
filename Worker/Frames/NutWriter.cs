using System.Buffers.Binary;
using System.Text;

namespace ReelBallers.Worker;

/// <summary>Writes packed RGB pictures with their times for ffmpeg.</summary>
/// <param name="stream">Where to.</param>
/// <param name="size">That of each picture.</param>
/// <param name="rate">
/// The frame rate. Times do not depend on it; ffmpeg takes from it how long the last picture stays and which level the encoder needs.
/// </param>
internal sealed class NutWriter(Stream stream, FrameSize size, FrameRate rate)
{
    /// <summary>The ticks a second of all times.</summary>
    public const int Clock = 90_000;

    private const int TimeBits = 7;
    private const int LargestDistance = 65_536;
    private const int FrameFlags = NutFormat.KeyFlag | NutFormat.CodedTimeFlag | NutFormat.SizeFlag | NutFormat.ChecksumFlag;

    private readonly int _bytes = size.Width * size.Height * 3;

    public async Task WriteHeadersAsync(CancellationToken cancellationToken)
    {
        using var headers = new MemoryStream();
        headers.Write(NutFormat.FileId);
        headers.Write(Packet(NutFormat.Main, MainHeader()));
        headers.Write(Packet(NutFormat.Stream, StreamHeader()));
        headers.Write(Packet(NutFormat.Info, RateInfo()));
        await stream.WriteAsync(headers.ToArray(), cancellationToken);
    }

    /// <param name="time">In ticks of <see cref="Clock"/>, not negative.</param>
    /// <param name="picture">Its pixels.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WriteAsync(long time, ReadOnlyMemory<byte> picture, CancellationToken cancellationToken)
    {
        // The frame code 0 stands for FrameFlags; the time is given in full, past what would be its lower bits.
        byte[] header = [0, .. Number(time + (1 << TimeBits)), .. Number(_bytes)];
        // A picture is larger than the longest way without a sync point.
        byte[] begin = [.. Packet(NutFormat.SyncPoint, [.. Number(time), .. Number(0)]), .. Checked(header)];
        await stream.WriteAsync(begin, cancellationToken);
        await stream.WriteAsync(picture[.._bytes], cancellationToken);
    }

    private static byte[] MainHeader()
    {
        // Version, streams, largest distance between sync points, and the one time base.
        byte[] begin = [.. Number(3), .. Number(1), .. Number(LargestDistance), .. Number(1), .. Number(1), .. Number(Clock)];
        // All frame codes mean the same: flags, and six fields (time, factor and stream, lower part of the size, reserved, count).
        byte[] fields = [.. Number(0), .. Number(1), .. Number(0), .. Number(0), .. Number(0), .. Number(255)];
        return [.. begin, .. Number(FrameFlags), .. Number(6), .. fields, .. Number(0)];
    }

    private byte[] StreamHeader()
    {
        byte[] begin = [.. Number(0), .. Number(0), .. Number(4), (byte)'R', (byte)'G', (byte)'B', 24];
        byte[] times = [.. Number(0), .. Number(TimeBits), .. Number(Clock), .. Number(0), .. Number(0)];
        byte[] picture = [.. Number(size.Width), .. Number(size.Height), .. Number(1), .. Number(1), .. Number(0)];
        return [.. begin, .. times, .. Number(0), .. picture];
    }

    /// <summary>Without it ffmpeg takes the ticks of the clock for frames.</summary>
    private byte[] RateInfo()
    {
        const int Text = 1;
        // The first stream, no chapter, its begin and length, and one field, whose type is a negative number.
        byte[] begin = [.. Number(1), .. Number(0), .. Number(0), .. Number(0), .. Number(1)];
        return [.. begin, .. Bytes("r_frame_rate"), .. Negative(Text), .. Bytes(rate.Fraction)];
    }

    private static byte[] Packet(ulong code, byte[] content)
    {
        var start = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(start, code);
        byte[] head = [.. start, .. Number(content.Length + 4)];
        return [.. content.Length + 4 > NutFormat.LargestWithHeader ? Checked(head) : head, .. Checked(content)];
    }

    private static byte[] Checked(byte[] bytes)
    {
        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, NutFormat.Checksum(bytes));
        return [.. bytes, .. checksum];
    }

    private static byte[] Bytes(string text) => [.. Number(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Negative(long value) => Number(value * 2);

    /// <summary>Seven bits a byte, the highest first; all but the last have the eighth bit set.</summary>
    private static byte[] Number(long value)
    {
        var bytes = new List<byte> { (byte)(value & 0x7F) };
        while ((value >>= 7) > 0)
        {
            bytes.Insert(0, (byte)(0x80 | (value & 0x7F)));
        }

        return [.. bytes];
    }
}
