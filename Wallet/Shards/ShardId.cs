using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ReelBallers.Wallet;

/// <summary>One of the databases that the ledger's users are divided among.</summary>
/// <param name="Number">From 0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">How many databases there are.</param>
internal sealed record ShardId(int Number, int Count)
{
    private const int UserIdLength = 16;

    /// <summary>The name of the database's connection string.</summary>
    public string ConnectionName => NameOf(Number);

    /// <summary>Whether this database has the wallet of this user.</summary>
    public bool Holds(Guid userId) => NumberOf(userId, Count) == Number;

    /// <summary>The name of the connection string of a database.</summary>
    public static string NameOf(int number) => number == 0 ? "walletdb" : $"walletdb{number}";

    /// <summary>
    /// The number of the database that has the wallet of this user: the first 32 bits of the SHA-256 of the 16 bytes of the id, as an
    /// unsigned big-endian number, modulo the count. It must never change: a user whose number changed would have an empty wallet.
    /// In SQL: <c>('x' || left(encode(sha256(uuid_send(user_id)), 'hex'), 8))::bit(32)::bigint % count</c>.
    /// </summary>
    public static int NumberOf(Guid userId, int count)
    {
        if (count == 1)
        {
            return 0;
        }
        Span<byte> bytes = stackalloc byte[UserIdLength + SHA256.HashSizeInBytes];
        userId.TryWriteBytes(bytes, bigEndian: true, out _);
        SHA256.HashData(bytes[..UserIdLength], bytes[UserIdLength..]);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[UserIdLength..]) % (uint)count);
    }
}
