using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Wallet;

/// <summary>
/// A validated request to change a wallet. <paramref name="Key"/> identifies it permanently: the same key with the same
/// content is a repetition.
/// </summary>
internal abstract record Command(Guid UserId, string Key)
{
    /// <summary>
    /// Begins the keys of the service's own commands. Callers' keys are ASCII, so that none of them can be equal to one of
    /// these.
    /// </summary>
    protected const string OwnKey = "§";

    private Guid? _requestHash;

    /// <summary>A copy computes its own hash.</summary>
    protected Command(Command original) => (UserId, Key) = (original.UserId, original.Key);

    /// <summary>A 128-bit hash of the content without the key.</summary>
    public Guid RequestHash => _requestHash ??= Digest(Content);

    // Fields in a fixed order with the free text last, since it can contain the separator; see Id for the other texts.
    protected abstract string Content { get; }

    /// <summary>A text before the last one: without the separator, so that different fields never give the same content.</summary>
    protected static string? Id(string? text) =>
        text?.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\p", StringComparison.Ordinal);

    /// <summary>A prefix for commands with an expiry. Empty without one.</summary>
    protected static string Expiring(DateTimeOffset? expiresAt) =>
        expiresAt is { } time ? FormattableString.Invariant($"until{time.UtcTicks}|") : "";

    private static Guid Digest(string content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <summary>Adds credits as a new lot.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="AmountCents">1 or more.</param>
/// <param name="Reason"><see cref="EntryReason.Topup"/>, <see cref="EntryReason.Bonus"/> or <see cref="EntryReason.Adjustment"/>.</param>
/// <param name="StripePaymentId">The payment, if any.</param>
/// <param name="Description">Shown in the statement.</param>
/// <param name="ExpiresAt">When the unspent rest expires; null for never.</param>
internal sealed record Credit(
    Guid UserId, string Key, long AmountCents, EntryReason Reason, string? StripePaymentId, string? Description,
    DateTimeOffset? ExpiresAt = null) : Command(UserId, Key)
{
    protected override string Content =>
        FormattableString.Invariant($"{Expiring(ExpiresAt)}credit|{AmountCents}|{(short)Reason}|{Id(StripePaymentId)}|{Description}");
}

/// <summary>Reserves credits for a job, at most until <paramref name="ExpiresAt"/>.</summary>
internal sealed record PlaceHold(
    Guid UserId, string Key, string JobId, long AmountCents, string? Description, DateTimeOffset? ExpiresAt = null) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"{Expiring(ExpiresAt)}hold|{JobId}|{AmountCents}|{Description}");
}

/// <summary>Charges all or part of a hold (0 to its amount) and refunds the rest.</summary>
internal sealed record SettleHold(Guid UserId, string Key, string JobId, long AmountCents) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"settle|{JobId}|{AmountCents}");
}

/// <summary>Refunds a whole hold.</summary>
internal sealed record ReleaseHold(Guid UserId, string Key, string JobId, string? Description) : Command(UserId, Key)
{
    protected override string Content => $"release|{JobId}|{Description}";
}

/// <summary>Refunds a hold that has expired.</summary>
internal sealed record ExpireHold(Guid UserId, string JobId) : Command(UserId, $"{OwnKey}expire-hold:{JobId}")
{
    protected override string Content => $"expire-hold|{JobId}";
}

/// <summary>Spends credits without a hold.</summary>
internal sealed record Debit(Guid UserId, string Key, string JobId, long AmountCents, string? Description) : Command(UserId, Key)
{
    /// <summary>Begins the keys of the debits of the REST API.</summary>
    public const string PublicKey = "debit:";

    protected override string Content => FormattableString.Invariant($"debit|{JobId}|{AmountCents}|{Description}");
}

/// <summary>Takes credits away to correct a mistake, in the order of spending.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="AmountCents">1 or more.</param>
/// <param name="Description">Shown in the statement.</param>
internal sealed record Deduct(Guid UserId, string Key, long AmountCents, string? Description) : Command(UserId, Key)
{
    protected override string Content => FormattableString.Invariant($"deduct|{AmountCents}|{Description}");
}

/// <summary>Takes back the credits of a payment; those already spent become a receivable.</summary>
internal sealed record ClawBack(
    Guid UserId, string Key, string StripePaymentId, long PaidCents, long BonusCents, string? Description) : Command(UserId, Key)
{
    protected override string Content =>
        FormattableString.Invariant($"claw-back|{PaidCents}|{BonusCents}|{Id(StripePaymentId)}|{Description}");
}

/// <summary>Reverses a clawback: reduces the receivable first and returns the rest as credits.</summary>
internal sealed record Reinstate(
    Guid UserId, string Key, string StripePaymentId, long PaidCents, long BonusCents, string? Description) : Command(UserId, Key)
{
    protected override string Content =>
        FormattableString.Invariant($"reinstate|{PaidCents}|{BonusCents}|{Id(StripePaymentId)}|{Description}");
}

/// <summary>Stops a wallet from spending until the freeze is lifted; it can still receive.</summary>
internal sealed record Freeze(Guid UserId, string Reference) : Command(UserId, $"{OwnKey}freeze:{Reference}")
{
    protected override string Content => $"freeze|{Reference}";
}

/// <summary>Lifts a freeze permanently.</summary>
internal sealed record Unfreeze(Guid UserId, string Reference) : Command(UserId, $"{OwnKey}unfreeze:{Reference}")
{
    protected override string Content => $"unfreeze|{Reference}";
}

/// <summary>
/// Moves what is left of a wallet into another one, lot by lot, and closes it. Commands about its payments follow from then on, see
/// <see cref="JoinPaths"/>.
/// </summary>
/// <param name="UserId">Whose wallet is closed.</param>
/// <param name="Key">The idempotency key, among those of this user.</param>
/// <param name="IntoUserId">Whose wallet gets the credits; another user.</param>
/// <param name="Actor">Who asks for it: a service or an operator.</param>
/// <param name="Reason">Why, if it is said.</param>
internal sealed record JoinWallets(Guid UserId, string Key, Guid IntoUserId, string Actor, string? Reason) : Command(UserId, Key)
{
    protected override string Content => $"join|{IntoUserId}|{Id(Actor)}|{Reason}";
}

/// <summary>Takes the credits that a user gives up with the account, and closes the wallet.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="LimitCents">What the user was told; what has arrived since stays.</param>
internal sealed record Forfeit(Guid UserId, string Key, long LimitCents) : Command(UserId, Key)
{
    /// <summary>
    /// The reference of the freeze that closes the wallet, which no caller can lift: callers' references are ASCII.
    /// </summary>
    public const string FreezeReference = "§forfeited";

    protected override string Content => FormattableString.Invariant($"forfeit|{LimitCents}");
}

/// <summary>Expires what is left of a lot. A lot can become due more than once, so the key contains the due time.</summary>
internal sealed record ExpireLot(Guid UserId, long LotSequence, DateTimeOffset DueAt)
    : Command(UserId, FormattableString.Invariant($"{OwnKey}expire-lot:{LotSequence}:{DueAt.UtcTicks}"))
{
    protected override string Content => FormattableString.Invariant($"expire-lot|{LotSequence}|{DueAt.UtcTicks}");
}
