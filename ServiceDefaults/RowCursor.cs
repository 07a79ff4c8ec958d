using System.Buffers.Binary;

namespace ReelBallers.ServiceDefaults;

/// <summary>The cursor of a list in the order of time and id: those of the last row of a page.</summary>
public static class RowCursor
{
    private const int IdBytes = 16;

    /// <summary>The cursor after this row.</summary>
    public static string Of(DateTimeOffset at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + IdBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return PageCursor.Encode(bytes);
    }

    /// <summary>False when it is not the cursor of a page; null or empty is the beginning, for which nothing is returned.</summary>
    public static bool TryRead(string? cursor, out (DateTimeOffset At, Guid Id)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }
        Span<byte> bytes = stackalloc byte[sizeof(long) + IdBytes];
        if (!PageCursor.TryDecode(cursor, bytes))
        {
            return false;
        }
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < DateTimeOffset.UnixEpoch.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }
        after = (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[sizeof(long)..], bigEndian: true));
        return true;
    }
}
