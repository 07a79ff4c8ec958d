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

    /// <summary>Marks a content that has an expiry; one that has none reads as if there were no such thing.</summary>
    protected static string Expiring(DateTimeOffset? expiresAt) => expiresAt is { } time ? FormattableString.Invariant($"until{time.UtcTicks}|") : "";

    private static Guid Digest(string content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <summary>Adds credits, as a lot.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="AmountCents">1 or more.</param>
/// <param name="Reason"><see cref="EntryReason.Topup"/>, <see cref="EntryReason.Bonus"/> or <see cref="EntryReason.Adjustment"/>.</param>
/// <param name="StripePaymentId">The payment, where there is one.</param>
/// <param name="Description">For the statement.</param>
/// <param name="ExpiresAt">When what is left of it is taken again; null for never.</param>
internal sealed record Credit(
    Guid UserId, string Key, long AmountCents, EntryReason Reason, string? StripePaymentId, string? Description,
    DateTimeOffset? ExpiresAt = null) : Command(UserId, Key)
{
    protected override string Content =>
        FormattableString.Invariant($"{Expiring(ExpiresAt)}credit|{AmountCents}|{(short)Reason}|{StripePaymentId}|{Description}");
}

/// <summary>Sets credits aside for a job, at most until <paramref name="ExpiresAt"/>.</summary>
internal sealed record PlaceHold(
    Guid UserId, string Key, string JobId, long AmountCents, string? Description, DateTimeOffset? ExpiresAt = null) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"{Expiring(ExpiresAt)}hold|{JobId}|{AmountCents}|{Description}");
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

/// <summary>Gives a whole hold back whose time has come.</summary>
internal sealed record ExpireHold(Guid UserId, string JobId) : Command(UserId, $"expire-hold:{JobId}")
{
    protected override string Content => $"expire-hold|{JobId}";
}

/// <summary>Spends at once.</summary>
internal sealed record Debit(Guid UserId, string Key, string JobId, long AmountCents, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"debit|{JobId}|{AmountCents}|{Description}");
}

/// <summary>Takes credits of a payment back; what of them is spent becomes a receivable.</summary>
internal sealed record ClawBack(
    Guid UserId, string Key, string StripePaymentId, long PaidCents, long BonusCents, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"claw-back|{PaidCents}|{BonusCents}|{StripePaymentId}|{Description}");
}

/// <summary>Gives back what was clawed back: forgives what is owed first, the rest becomes credits again.</summary>
internal sealed record Reinstate(
    Guid UserId, string Key, string StripePaymentId, long PaidCents, long BonusCents, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"reinstate|{PaidCents}|{BonusCents}|{StripePaymentId}|{Description}");
}

/// <summary>Lets a wallet receive and not spend, until it is lifted.</summary>
internal sealed record Freeze(Guid UserId, string Reference) : Command(UserId, $"freeze:{Reference}")
{
    protected override string Content => $"freeze|{Reference}";
}

/// <summary>Lifts a freeze, for ever.</summary>
internal sealed record Unfreeze(Guid UserId, string Reference) : Command(UserId, $"unfreeze:{Reference}")
{
    protected override string Content => $"unfreeze|{Reference}";
}

/// <summary>Takes what is left of a lot whose time has come. It may come more than once, so its key names that time.</summary>
internal sealed record ExpireLot(Guid UserId, long LotSequence, DateTimeOffset DueAt)
    : Command(UserId, FormattableString.Invariant($"expire-lot:{LotSequence}:{DueAt.UtcTicks}"))
{
    protected override string Content => FormattableString.Invariant($"expire-lot|{LotSequence}|{DueAt.UtcTicks}");
}
