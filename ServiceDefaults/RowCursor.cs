using System.Buffers.Binary;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The cursor of a list: the time and the id of the last row of a page.</summary>
internal static class RowCursor
{
    private const int IdBytes = 16;

    public static string Of(AccessGrant last) => Of(last.CreatedAt, last.Id);

    public static string Of(Checkout last) => Of(last.CreatedAt, last.Id);

    private static string Of(DateTimeOffset at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + IdBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[sizeof(long)..]);
        return PageCursor.Encode(bytes);
    }

    /// <summary>False when it is not the cursor of a page; null or empty is the beginning.</summary>
    public static bool TryRead(string? cursor, out (DateTimeOffset At, Guid Id)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }
        Span<byte> bytes = stackalloc byte[sizeof(long) + IdBytes];
        if (!PageCursor.TryDecode(cursor, bytes)
            || BinaryPrimitives.ReadInt64BigEndian(bytes) is not (>= 0 and var ticks) || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }
        after = (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[sizeof(long)..]));
        return true;
    }
}
