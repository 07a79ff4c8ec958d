using System.Buffers.Binary;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The last dead intent of a page, as an opaque string.</summary>
internal readonly record struct DeadIntentCursor(DateTimeOffset? DeadSince, Guid JobId, IntentKind Kind)
{
    private const int Size = 25;

    public static bool TryParse(string text, out DeadIntentCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (!PageCursor.TryDecode(text, bytes))
        {
            return false;
        }
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var kind = (IntentKind)bytes[^1];
        if (ticks < DateTimeOffset.UnixEpoch.Ticks || ticks > DateTimeOffset.MaxValue.Ticks || !Enum.IsDefined(kind))
        {
            return false;
        }
        cursor = new DeadIntentCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[8..^1], bigEndian: true), kind);
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, DeadSince!.Value.UtcTicks);
        JobId.TryWriteBytes(bytes[8..^1], bigEndian: true, out _);
        bytes[^1] = (byte)Kind;
        return PageCursor.Encode(bytes);
    }
}
