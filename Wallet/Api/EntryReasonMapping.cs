namespace ReelBallers.Wallet;

/// <summary>Maps the reasons of entries to REST and gRPC.</summary>
internal static class EntryReasonMapping
{
    public static string ToName(this EntryReason reason) => reason switch
    {
        EntryReason.Topup => "topup",
        EntryReason.Debit => "debit",
        EntryReason.Refund => "refund",
        EntryReason.Bonus => "bonus",
        EntryReason.Clawback => "clawback",
        EntryReason.Adjustment => "adjustment",
        EntryReason.Expiry => "expiry",
        EntryReason.Join => "join",
        EntryReason.Forfeiture => "forfeiture",
        EntryReason.Settlement => throw NotInAStatement(reason),
    };

    public static V1.EntryReason ToWire(this EntryReason reason) => reason switch
    {
        EntryReason.Topup => V1.EntryReason.Topup,
        EntryReason.Debit => V1.EntryReason.Debit,
        EntryReason.Refund => V1.EntryReason.Refund,
        EntryReason.Bonus => V1.EntryReason.Bonus,
        EntryReason.Clawback => V1.EntryReason.Clawback,
        EntryReason.Adjustment => V1.EntryReason.Adjustment,
        EntryReason.Expiry => V1.EntryReason.Expiry,
        EntryReason.Join => V1.EntryReason.Join,
        EntryReason.Forfeiture => V1.EntryReason.Forfeiture,
        EntryReason.Settlement => throw NotInAStatement(reason),
    };

    private static InvalidOperationException NotInAStatement(EntryReason reason) =>
        new($"A {reason} does not change the balance and has no entry.");
}
