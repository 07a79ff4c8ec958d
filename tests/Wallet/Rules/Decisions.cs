namespace ReelBallers.Wallet.Tests;

/// <summary>Decides commands of one user, and writes the transfers as text.</summary>
internal static class Decisions
{
    public static readonly Guid User = Guid.Parse("11111111-1111-1111-1111-111111111111");
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly DateTimeOffset Later = Now.AddDays(30);

    public static Decision Decide(CommandContext context, Command command, bool collects = true) =>
        new LedgerRules(new LedgerPolicy { CollectsReceivables = collects }).Decide(context, command, Now);

    public static Account NewWallet(long balance, long held = 0, long owed = 0, long sequence = 7) =>
        new(User, balance, held, owed, 0, sequence, Now.AddDays(-1), Guid.Empty);

    public static string Texts(Decision decision) => string.Join("; ", decision.Transfers.Select(Text));

    public static string Text(Transfer transfer) => string.Join(", ", new[]
    {
        FormattableString.Invariant(
            $"{transfer.Sequence} {transfer.DebitAccount}>{transfer.CreditAccount} {transfer.AmountCents} {transfer.Reason}: ")
            + (transfer.Description ?? "-"),
        transfer.JobId,
        transfer.StripePaymentId,
        transfer.ExpiresAt is { } expiry ? FormattableString.Invariant($"until {expiry:yyyy-MM-dd}") : null,
        transfer.LotSequence is { } lot ? FormattableString.Invariant($"lot {lot}") : null,
    }.OfType<string>());
}
