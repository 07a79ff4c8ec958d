using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Accounts;

/// <summary>
/// The hash chain of the audit log. An entry's hash covers all its fields and the hash of the entry before, so editing, removing or
/// inserting a row breaks the chain there. The database computes it when it adds a row (<c>audit_hash</c>); the check computes it here.
/// </summary>
internal static class AuditChain
{
    /// <summary>The length of the salt of a client's address.</summary>
    public const int SaltBytes = 16;

    /// <summary>What precedes the first entry.</summary>
    public static readonly byte[] Start = new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash of an entry that follows one with this hash.</summary>
    public static byte[] Hash(byte[] previous, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Add(hash, entry.Sequence);
        Add(hash, (entry.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        Add(hash, entry.ActId.ToString());
        Add(hash, (long)entry.State);
        Add(hash, entry.ActorId?.ToString());
        Add(hash, entry.Action);
        Add(hash, entry.SubjectId?.ToString());
        Add(hash, entry.Target);
        Add(hash, entry.Reason);
        Add(hash, entry.Before);
        Add(hash, entry.After);
        Add(hash, entry.ClientHash);
        return hash.GetHashAndReset();
    }

    /// <summary>What the chain has of a client's address, which can be deleted without breaking it.</summary>
    public static byte[] HashClient(byte[] salt, string address) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(address)]);

    private static void Add(IncrementalHash hash, string? text) => Add(hash, text is null ? null : Encoding.UTF8.GetBytes(text));

    // Preceded by its length, which is -1 for null.
    private static void Add(IncrementalHash hash, byte[]? bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes?.Length ?? -1);
        hash.AppendData(length);
        hash.AppendData(bytes ?? []);
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
