using System.Buffers.Binary;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The last job of a page, as an opaque string.</summary>
internal readonly record struct JobCursor(DateTimeOffset CreatedAt, Guid JobId)
{
    private const int Size = 24;

    public static bool TryParse(string text, out JobCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (!PageCursor.TryDecode(text, bytes))
        {
            return false;
        }
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < DateTimeOffset.UnixEpoch.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }
        cursor = new JobCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[8..], bigEndian: true));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt.UtcTicks);
        JobId.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        return PageCursor.Encode(bytes);
    }
}
