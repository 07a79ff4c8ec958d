using FsCheck;
using FsCheck.Fluent;

namespace ReelBallers.Wallet.Tests;

/// <summary>Random command sequences keep the invariants; deliberately broken rules must be detected.</summary>
public sealed class LedgerPropertyTests
{
    private static readonly LedgerRules Rules = new(new LedgerPolicy());

    [Fact]
    public void Rules_and_reference_agree_and_every_step_keeps_the_invariants() =>
        // On failure FsCheck prints the shortest failing sequence and the seed.
        Prop.ForAll(CommandSequences.All, (CommandSequences.Step[] program) => CommandSequences.Run(program, Rules.Decide))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    public static TheoryData<string> Mutations => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Mutations))]
    public void Broken_rules_are_detected(string mutation)
    {
        var failure = Assert.ThrowsAny<Exception>(
            () => Prop.ForAll(Arb.From(CommandSequences.All.Generator),
            (CommandSequences.Step[] program) => CommandSequences.Run(program, Broken[mutation]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000)));

        // By an assertion or by the guard against corrupt books, and not because the test itself is broken.
        Assert.Contains("Falsifiable", failure.Message, StringComparison.Ordinal);
        Assert.Matches(@"Xunit\.Sdk\.\w+Exception|LedgerCorruptException", failure.Message);
    }

    private static readonly Dictionary<string, Func<CommandContext, Command, DateTimeOffset, Decision>> Broken = new()
    {
        ["an overdraft of one cent"] = (context, command, now) => command is Debit or PlaceHold
            ? With(Rules.Decide(context with { Account = context.Account with { BalanceCents = context.Account.BalanceCents + 1 } },
                command, now),
                account => account with { BalanceCents = account.BalanceCents - 1 })
            : Rules.Decide(context, command, now),
        ["a deduction of more than there is"] = (context, command, now) => command is Deduct
            ? With(Rules.Decide(context with { Account = context.Account with { BalanceCents = context.Account.BalanceCents + 1 } },
                command, now),
                account => account with { BalanceCents = account.BalanceCents - 1 })
            : Rules.Decide(context, command, now),
        ["a deduction that a freeze stops"] = (context, command, now) => command is Deduct deduct && context.Account.IsFrozen
            ? Decision.Reject(context.Account, OutcomeCode.WalletFrozen, deduct.AmountCents)
            : Rules.Decide(context, command, now),
        ["a deduction from another lot"] = (context, command, now) =>
        {
            var decision = Rules.Decide(context, command, now);
            return command is Deduct && decision.Transfers is [var only]
                ? decision with { Transfers = [only with { LotSequence = context.Account.LastSequence }] }
                : decision;
        },
        ["a key that is forgotten"] = (context, command, now) => Rules.Decide(context with { UsedKey = null }, command, now),
        ["a hold that is settled twice"] = (context, command, now) => Rules.Decide(
            command is SettleHold
                && context.Hold is { State: HoldState.Settled } hold
                    ? context with { Hold = hold with { State = HoldState.Open } }
                    : context, command, now),
        ["a clawback above what the payment brought"] = (context, command, now) => Rules.Decide(
            command is ClawBack && context.Payment is { } payment
                ? context with { Payment = payment with { Paid = payment.Paid with { ClawedBackCents = 0 } } }
                : context,
            command, now),
        ["a reinstatement that revives what had expired"] = (context, command, now) => Rules.Decide(
            command is Reinstate && context.Payment is { } payment
                ? context with { Payment = payment with { Paid = payment.Paid with { ExpiredTakenCents = 0 } } }
                : context,
            command, now),
        ["a freeze that does not hold"] = (context, command, now) =>
            With(Rules.Decide(context with { Account = context.Account with { FreezeCount = 0 } }, command, now),
                account => account with { FreezeCount = context.Account.FreezeCount }),
        ["a transfer that is not chained"] = (context, command, now) =>
            Rules.Decide(context with { Account = context.Account with { ChainHash = Guid.Empty } }, command, now),
        ["a join that loses a debt"] = (context, command, now) => WithInto(
            Rules.Decide(context, command, now),
            into => into with { ReceivableCents = command is JoinWallets ? context.Join!.Into.ReceivableCents : 0 }),
        ["a join that thaws"] = (context, command, now) => WithInto(
            Rules.Decide(context, command, now),
            into => into with { FreezeCount = command is JoinWallets ? context.Join!.Into.FreezeCount : 0 }),
        ["a join with open holds"] = (context, command, now) => command is JoinWallets
            ? Rules.Decide(context with { Account = context.Account with { HeldCents = 0 } }, command, now)
            : Rules.Decide(context, command, now),
        ["a join that forgets what was spent of a payment"] = (context, command, now) =>
            Rules.Decide(context with { Join = context.Join is { } join ? join with { Payments = [] } : null }, command, now),
        ["a join that makes credits last"] = (context, command, now) =>
        {
            var lots = context.Lots;
            if (command is JoinWallets && lots is not null)
            {
                lots = LotCheckpoint.Read(LotCheckpoint.Write(lots));
                lots.Lots.ToList().ForEach(lot => lot.ExpiresAt = null);
            }
            return Rules.Decide(context with { Lots = lots }, command, now);
        },
        ["a wallet that is joined twice"] = (context, command, now) =>
            Rules.Decide(command is JoinWallets ? context with { Closed = null } : context, command, now),
        ["a closed wallet that only counts as frozen"] = (context, command, now) =>
            Rules.Decide(command is Debit or PlaceHold ? context with { Closed = null } : context, command, now),
        ["a refund of a cent too much"] = (context, command, now) =>
        {
            var decision = Rules.Decide(context, command, now);
            return command is ReleaseHold && decision.Transfers.Count > 0
                ? decision with
                {
                    Transfers = [.. decision.Transfers.Select(
                    transfer => transfer with { AmountCents = transfer.AmountCents + 1 })]
                }
                : decision;
        },
    };

    private static Decision WithInto(Decision decision, Func<Account, Account> change) => decision.Joined is { } joined
        ? decision with { Joined = joined with { Into = change(joined.Into) } }
        : decision;

    private static Decision With(Decision decision, Func<Account, Account> change) => decision with { Account = change(decision.Account) };
}
