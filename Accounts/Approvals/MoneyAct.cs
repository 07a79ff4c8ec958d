using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using ReelBallers.Payments.V1;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>An act that moves money, as it is asked for and kept until it is approved.</summary>
/// <param name="Kind"><see cref="Bonus"/>, <see cref="Adjustment"/>, <see cref="Refund"/> or <see cref="Join"/>.</param>
/// <param name="Uid">Whose wallet; null for a refund.</param>
/// <param name="PaymentId">The payment; null unless it is a refund.</param>
/// <param name="AmountCents">
/// Below zero for an adjustment that takes credits; null for a refund of all that is left; what a join may move.
/// </param>
/// <param name="ExpiresAt">When the unspent rest of credits expires; null: never.</param>
/// <param name="Force">Whether spent credits are refunded too.</param>
/// <param name="Into">The user of the account that another user is joined into; null unless it is a join.</param>
internal sealed record MoneyAct(
    string Kind, string? Uid = null, string? PaymentId = null, long? AmountCents = null, DateTimeOffset? ExpiresAt = null,
    bool Force = false, string? Into = null)
{
    public const string Bonus = "bonus";
    public const string Adjustment = "adjustment";
    public const string Refund = "refund";
    public const string Join = "join";

    /// <summary>As a row keeps it.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>What <see cref="Write"/> has written.</summary>
    public static MoneyAct Read(string json) => JsonSerializer.Deserialize<MoneyAct>(json)!;
}

/// <summary>What an act has moved.</summary>
internal abstract record MoneyEffect
{
    private MoneyEffect()
    {
    }

    /// <summary>The response for the operator.</summary>
    public abstract IResult ToResponse(Guid actId);

    /// <summary>Of credits given or taken.</summary>
    internal sealed record Credited(long BalanceCents) : MoneyEffect
    {
        public override IResult ToResponse(Guid actId) => TypedResults.Ok(new BalanceResponse(actId, BalanceCents));
    }

    /// <summary>Of a refund.</summary>
    internal sealed record Refunded(string RefundId, long AmountCents, long RefundedCents) : MoneyEffect
    {
        public override IResult ToResponse(Guid actId) =>
            TypedResults.Ok(new RefundResponse(actId, RefundId, AmountCents, RefundedCents));
    }

    /// <summary>Of a join, which is carried out a moment later, or when no job holds credits any more.</summary>
    internal sealed record Joined(Guid JoinId, Guid Into, string Status, long AmountCents) : MoneyEffect
    {
        public override IResult ToResponse(Guid actId) =>
            TypedResults.Ok(new JoinResponse(actId, JoinId, Into, Status, AmountCents));
    }
}

/// <summary>Carries out acts that move money, each once by the id of the act.</summary>
internal sealed class MoneyActs(
    WalletService.WalletServiceClient wallet, PaymentsService.PaymentsServiceClient payments, OperatorJoins joins)
{
    private const int MaxNoteLength = 500;

    // Of the keys of operators in the ledger.
    private const string KeyPrefix = "operator:";

    /// <summary>The key of an act in the ledger, and the name of its freeze.</summary>
    public static string KeyOf(Guid actId) => $"{KeyPrefix}{actId}";

    /// <summary>Whether a freeze is an operator's.</summary>
    public static bool IsKey(string text) => text.StartsWith(KeyPrefix, StringComparison.Ordinal);

    /// <summary>Carries it out; the same act again has no further effect.</summary>
    /// <exception cref="Grpc.Core.RpcException">A service decides against it, or does not answer.</exception>
    public async Task<MoneyEffect> CarryOutAsync(
        Guid actId, Guid actorId, string reason, MoneyAct act, CancellationToken cancellationToken)
    {
        if (act.Kind == MoneyAct.Refund)
        {
            var refund = await payments.RefundPaymentAsync(new RefundPaymentRequest
            {
                PaymentIntentId = act.PaymentId,
                IdempotencyKey = actId.ToString(),
                AmountCents = act.AmountCents ?? 0,
                Force = act.Force,
                Actor = actorId.ToString(),
                Note = reason[..Math.Min(reason.Length, MaxNoteLength)],
            }, deadline: StripeDeadline.FromNow(), cancellationToken: cancellationToken);
            return new MoneyEffect.Refunded(refund.RefundId, refund.AmountCents, refund.RefundedCents);
        }
        if (act.Kind == MoneyAct.Join)
        {
            return await joins.AddAsync(
                new JoinAct(actId, actorId), Guid.Parse(act.Uid!), Guid.Parse(act.Into!), act.AmountCents!.Value, cancellationToken);
        }
        return new MoneyEffect.Credited(await BalanceAfterAsync(actId, act, cancellationToken));
    }

    private async Task<long> BalanceAfterAsync(Guid actId, MoneyAct act, CancellationToken cancellationToken)
    {
        if (act.AmountCents is < 0 and var taken)
        {
            var request = new DeductRequest { UserId = act.Uid, IdempotencyKey = KeyOf(actId), AmountCents = -taken };
            return (await wallet.DeductAsync(request, cancellationToken: cancellationToken)).BalanceCents;
        }
        return (await wallet.CreditAsync(new CreditRequest
        {
            UserId = act.Uid,
            IdempotencyKey = KeyOf(actId),
            AmountCents = act.AmountCents!.Value,
            Reason = act.Kind == MoneyAct.Bonus ? EntryReason.Bonus : EntryReason.Adjustment,
            ExpiresAt = act.ExpiresAt?.ToTimestamp(),
        }, cancellationToken: cancellationToken)).BalanceCents;
    }
}
