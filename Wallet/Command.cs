using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Wallet;

/// <summary>
/// A wish to move money, already validated. <paramref name="Key"/> names it for ever: the same key with the same
/// content is the same wish again.
/// </summary>
internal abstract record Command(Guid UserId, string Key)
{
    private Guid? _requestHash;

    /// <summary>A 128-bit digest of the content, the key aside.</summary>
    public Guid RequestHash => _requestHash ??= Digest(Content);

    // The fields in a fixed order, the free text last: nothing else can hold the separator.
    protected abstract string Content { get; }

    private static Guid Digest(string content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <summary>Adds credits.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="AmountCents">1 or more.</param>
/// <param name="Reason"><see cref="EntryReason.Topup"/>, <see cref="EntryReason.Bonus"/> or <see cref="EntryReason.Adjustment"/>.</param>
/// <param name="StripePaymentId">The payment, where there is one.</param>
/// <param name="Description">For the statement.</param>
internal sealed record Credit(
    Guid UserId, string Key, long AmountCents, EntryReason Reason, string? StripePaymentId, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"credit|{AmountCents}|{(short)Reason}|{StripePaymentId}|{Description}");
}

/// <summary>Sets credits aside for a job.</summary>
internal sealed record PlaceHold(Guid UserId, string Key, string JobId, long AmountCents, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"hold|{JobId}|{AmountCents}|{Description}");
}

/// <summary>Earns all or part of a hold (0 to its amount) and gives the rest back.</summary>
internal sealed record SettleHold(Guid UserId, string Key, string JobId, long AmountCents) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"settle|{JobId}|{AmountCents}");
}

/// <summary>Gives a whole hold back.</summary>
internal sealed record ReleaseHold(Guid UserId, string Key, string JobId, string? Description) : Command(UserId, Key)
{
    protected override string Content => $"release|{JobId}|{Description}";
}

/// <summary>Spends at once.</summary>
internal sealed record Debit(Guid UserId, string Key, string JobId, long AmountCents, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"debit|{JobId}|{AmountCents}|{Description}");
}
