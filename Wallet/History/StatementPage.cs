using System.Buffers.Binary;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>A page of the statement, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Next">The cursor of the next page; null on the last one.</param>
internal sealed record StatementPage(IReadOnlyList<Transfer> Entries, StatementCursor? Next);

/// <summary>The sequence number of the last entry of a page. Opaque to callers.</summary>
internal readonly record struct StatementCursor(long Sequence)
{
    private const byte Version = 1;
    private const int Length = 1 + sizeof(long);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Sequence);
        return PageCursor.Encode(bytes);
    }

    public static bool TryParse(string text, out StatementCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (!PageCursor.TryDecode(text, bytes) || bytes[0] != Version)
        {
            return false;
        }
        cursor = new StatementCursor(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]));
        return cursor.Sequence > 0;
    }
}
