using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Wallet;

/// <summary>
/// The hash chain of a wallet's transfers. Each transfer has the first 128 bits of the SHA-256 of its fields and of the
/// previous transfer's hash, so editing, removing or inserting a row breaks the chain there. The database function
/// <c>transfer_hash</c> computes the same in SQL, for independent audits.
/// </summary>
internal static class TransferChain
{
    private const int FixedLength = 16 + 16 + 8 + 2 + 2 + 8 + 2 + 8 + 8 + 8 + 8 + 16;
    private const int TextCount = 4;
    private const int MaxStackLength = 1024;

    public static Guid Hash(Guid previous, Transfer transfer)
    {
        var lengthMax = FixedLength + TextCount * sizeof(int) + Encoding.UTF8.GetMaxByteCount(
            (transfer.JobId?.Length ?? 0) + (transfer.StripePaymentId?.Length ?? 0) + (transfer.Description?.Length ?? 0)
            + (transfer.IdempotencyKey?.Length ?? 0)) + TextCount * 3;
        var bytes = lengthMax <= MaxStackLength ? stackalloc byte[MaxStackLength] : new byte[lengthMax];
        var writer = new Writer(bytes);
        writer.Put(previous);
        writer.Put(transfer.UserId);
        writer.Put(transfer.Sequence);
        writer.Put((short)transfer.DebitAccount);
        writer.Put((short)transfer.CreditAccount);
        writer.Put(transfer.AmountCents);
        writer.Put((short)transfer.Reason);
        writer.Put(transfer.BalanceAfterCents);
        writer.Put(Microseconds(transfer.CreatedAt));
        writer.Put(transfer.ExpiresAt is { } expiresAt ? Microseconds(expiresAt) : 0);
        writer.Put(transfer.LotSequence ?? 0);
        writer.Put(transfer.RequestHash ?? Guid.Empty);
        writer.Put(transfer.JobId);
        writer.Put(transfer.StripePaymentId);
        writer.Put(transfer.Description);
        writer.Put(transfer.IdempotencyKey);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(writer.Written, hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    // Numbers are big-endian; a text is preceded by its length in bytes, which is -1 for null.
    private ref struct Writer(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;
        private int _length = 0;

        public readonly ReadOnlySpan<byte> Written => _bytes[.._length];

        public void Put(Guid value)
        {
            value.TryWriteBytes(_bytes[_length..], bigEndian: true, out var written);
            _length += written;
        }

        public void Put(long value)
        {
            BinaryPrimitives.WriteInt64BigEndian(_bytes[_length..], value);
            _length += sizeof(long);
        }

        public void Put(short value)
        {
            BinaryPrimitives.WriteInt16BigEndian(_bytes[_length..], value);
            _length += sizeof(short);
        }

        public void Put(string? value)
        {
            var length = value is null ? -1 : Encoding.UTF8.GetBytes(value, _bytes[(_length + sizeof(int))..]);
            BinaryPrimitives.WriteInt32BigEndian(_bytes[_length..], length);
            _length += sizeof(int) + int.Max(length, 0);
        }
    }
}
