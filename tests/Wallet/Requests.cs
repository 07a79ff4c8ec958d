using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>Creates requests with default values.</summary>
internal static class Requests
{
    public static CreditRequest Credit(
        string user, string key, long cents, V1.EntryReason reason = V1.EntryReason.Topup, string payment = "pi_1") =>
        new()
        {
            UserId = user,
            IdempotencyKey = key,
            AmountCents = cents,
            Reason = reason,
            StripePaymentId = payment,
            Description = "Credits"
        };

    public static V1.DebitRequest Debit(string user, string key, long cents, string job = "job") =>
        new() { UserId = user, IdempotencyKey = key, AmountCents = cents, JobId = job };

    public static PlaceHoldRequest Place(string user, string key, long cents, string job = "job") =>
        new() { UserId = user, IdempotencyKey = key, AmountCents = cents, JobId = job, Description = "Upscale" };

    public static SettleHoldRequest Settle(string user, string key, long cents, string job = "job") =>
        new() { UserId = user, IdempotencyKey = key, AmountCents = cents, JobId = job };

    public static ReleaseHoldRequest Release(string user, string key, string job = "job") =>
        new() { UserId = user, IdempotencyKey = key, JobId = job, Description = "The job failed" };

    public static ClawBackRequest ClawBack(string user, string key, long paid, long bonus = 0, string payment = "pi_1") =>
        new()
        {
            UserId = user,
            IdempotencyKey = key,
            PaidCents = paid,
            BonusCents = bonus,
            StripePaymentId = payment,
            Description = "Refunded"
        };

    public static ReinstateRequest Reinstate(string user, string key, long paid, long bonus = 0, string payment = "pi_1") =>
        new()
        {
            UserId = user,
            IdempotencyKey = key,
            PaidCents = paid,
            BonusCents = bonus,
            StripePaymentId = payment,
            Description = "Dispute won"
        };

    public static JoinWalletsRequest Join(string from, string into, string key = "join") =>
        new() { FromUserId = from, IntoUserId = into, IdempotencyKey = key, Actor = "accounts", Reason = "Signed in" };

    public static ForfeitCreditsRequest Forfeit(string user, long limit, string key = "deleted") =>
        new() { UserId = user, IdempotencyKey = key, LimitCents = limit };

    /// <summary>A batch in which <paramref name="linked"/> names the commands that are linked to the next one.</summary>
    public static PostBatchRequest Batch(IEnumerable<BatchCommand> commands, params int[] linked)
    {
        var batch = new PostBatchRequest { Commands = { commands } };
        Array.ForEach(linked, index => batch.Commands[index].Linked = true);
        return batch;
    }

    public static BatchCommand InBatch(V1.DebitRequest debit) => new() { Debit = debit };

    public static BatchCommand InBatch(CreditRequest credit) => new() { Credit = credit };
}
