using System.Buffers.Binary;

namespace ReelBallers.Media;

/// <summary>Finds the last timestamp of a Matroska or WebM file in its last bytes: a recording has no duration in its header.</summary>
internal static class MatroskaEnd
{
    private const uint Cluster = 0x1F43B675;
    private const uint Timestamp = 0xE7;
    private const uint SimpleBlock = 0xA3;
    private const uint BlockGroup = 0xA0;
    private const uint Block = 0xA1;

    // Data of a frame can look like the begin of a cluster; hostile data has many of them.
    private const int MostTries = 100;

    private static readonly byte[] ClusterBytes = [0x1F, 0x43, 0xB6, 0x75];

    /// <returns>In units of the file's clock; null when the bytes do not show it.</returns>
    public static long? LastTimestamp(ReadOnlySpan<byte> end)
    {
        var from = 0;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var found = end[from..].IndexOf(ClusterBytes);
            if (found < 0)
            {
                return null;
            }

            // One that is really a cluster leads from element to element to the end of the file.
            if (Read(end[(from + found)..]) is { } last)
            {
                return last;
            }

            from += found + 1;
        }

        return null;
    }

    private static long? Read(ReadOnlySpan<byte> data)
    {
        long? cluster = null;
        long? last = null;
        while (data.Length > 0)
        {
            if (ReadId(ref data) is not { } id || ReadSize(ref data, out var isUnknown) is not { } size)
            {
                return null;
            }

            if (id is Cluster or BlockGroup)
            {
                cluster = id == Cluster ? null : cluster;
                continue;
            }

            if (isUnknown)
            {
                return null;
            }

            var content = data[..(int)Math.Min(size, data.Length)];
            if (id == Timestamp)
            {
                cluster = ReadNumber(content);
            }
            else if (id is SimpleBlock or Block)
            {
                if (cluster is not { } start || ReadBlock(content) is not { } offset)
                {
                    return null;
                }

                last = Math.Max(last ?? long.MinValue, start + offset);
            }
            else if (size > data.Length)
            {
                return null;
            }

            // Only the last block may be incomplete.
            data = data[content.Length..];
        }

        return last;
    }

    /// <summary>The time of a block after its cluster's, behind the number of its track.</summary>
    private static short? ReadBlock(ReadOnlySpan<byte> content) =>
        ReadSize(ref content, out _) is not null && content.Length >= 2 ? BinaryPrimitives.ReadInt16BigEndian(content) : null;

    private static long? ReadNumber(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > 7)
        {
            return null;
        }

        var number = 0L;
        foreach (var digit in content)
        {
            number = (number << 8) | digit;
        }

        return number;
    }

    private static uint? ReadId(ref ReadOnlySpan<byte> data)
    {
        var length = data.Length == 0 ? 0 : LengthOf(data[0]);
        if (length is 0 or > 4 || data.Length < length)
        {
            return null;
        }

        var id = 0u;
        foreach (var digit in data[..length])
        {
            id = (id << 8) | digit;
        }

        data = data[length..];
        return id;
    }

    private static long? ReadSize(ref ReadOnlySpan<byte> data, out bool isUnknown)
    {
        isUnknown = false;
        var length = data.Length == 0 ? 0 : LengthOf(data[0]);
        if (length == 0 || data.Length < length)
        {
            return null;
        }

        var size = (long)data[0] & ((1 << (8 - length)) - 1);
        foreach (var digit in data[1..length])
        {
            size = (size << 8) | digit;
        }

        isUnknown = size == (1L << (7 * length)) - 1;
        data = data[length..];
        return size;
    }

    /// <summary>The first bit that is set says how many bytes a number has; 0 when none is.</summary>
    private static int LengthOf(byte first) => first == 0 ? 0 : byte.LeadingZeroCount(first) + 1;
}
