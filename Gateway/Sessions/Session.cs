using System.Buffers.Binary;

namespace ReelBallers.Gateway;

/// <summary>The content of a verified token; a feature of authenticated requests.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Id">The same for all tokens of one session; a logout revokes it.</param>
/// <param name="IssuedAt">When this token was issued; later than the session for renewed tokens.</param>
/// <param name="HasCurrentKey">Whether it was signed with the current key; false for a previous one.</param>
internal sealed record Session(Guid UserId, Guid Id, DateTimeOffset IssuedAt, bool HasCurrentKey)
{
    private const int TimeBits = 48;
    private static readonly long MaxMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// When the session was opened, to a millisecond, by <see cref="DatabaseClock"/>: the time in its id, a UUID of version 7.
    /// </summary>
    public DateTimeOffset OpenedAt
    {
        get
        {
            Span<byte> id = stackalloc byte[16];
            Id.TryWriteBytes(id, bigEndian: true, out _);
            var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(id) >> (64 - TimeBits));
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, MaxMilliseconds));
        }
    }
}
