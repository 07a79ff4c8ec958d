using FsCheck;
using FsCheck.Fluent;

namespace ReelBallers.Wallet.Tests;

/// <summary>Random programs keep every promise; deliberately broken rules do not, or the programs would prove nothing.</summary>
public sealed class LedgerPropertyTests
{
    private static readonly LedgerRules Rules = new(new LedgerPolicy());

    [Fact]
    public void Rules_and_reference_agree_and_every_step_keeps_the_books_straight() =>
        // On failure FsCheck prints the shortest program that it found, and the seed.
        Prop.ForAll(LedgerPrograms.All, (LedgerPrograms.Step[] program) => LedgerPrograms.Run(program, Rules.Decide))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    public static TheoryData<string> Mutations => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Mutations))]
    public void Broken_rules_are_caught(string mutation) =>
        Assert.ThrowsAny<Exception>(() => Prop.ForAll(Arb.From(LedgerPrograms.All.Generator), (LedgerPrograms.Step[] program) => LedgerPrograms.Run(program, Broken[mutation]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000)));

    private static readonly Dictionary<string, Func<Known, Command, DateTimeOffset, Decision>> Broken = new()
    {
        ["an overdraft of one cent"] = (known, command, now) => command is Debit or PlaceHold
            ? With(Rules.Decide(known with { Account = known.Account with { BalanceCents = known.Account.BalanceCents + 1 } }, command, now),
                account => account with { BalanceCents = account.BalanceCents - 1 })
            : Rules.Decide(known, command, now),
        ["a key that is forgotten"] = (known, command, now) => Rules.Decide(known with { Remembered = null }, command, now),
        ["a hold that is settled twice"] = (known, command, now) => Rules.Decide(
            command is SettleHold && known.Hold is { State: HoldState.Settled } hold ? known with { Hold = hold with { State = HoldState.Open } } : known, command, now),
        ["a clawback above what the payment brought"] = (known, command, now) => Rules.Decide(
            command is ClawBack && known.Payment is { } payment
                ? known with { Payment = payment with { Paid = payment.Paid with { ClawedBackCents = 0 } } }
                : known,
            command, now),
        ["a freeze that does not hold"] = (known, command, now) =>
            With(Rules.Decide(known with { Account = known.Account with { FreezeCount = 0 } }, command, now),
                account => account with { FreezeCount = known.Account.FreezeCount }),
        ["a transfer that is not chained"] = (known, command, now) =>
            Rules.Decide(known with { Account = known.Account with { ChainHash = Guid.Empty } }, command, now),
        ["a refund of a cent too much"] = (known, command, now) =>
        {
            var decision = Rules.Decide(known, command, now);
            return command is ReleaseHold && decision.Transfers.Count > 0
                ? decision with { Transfers = [.. decision.Transfers.Select(transfer => transfer with { AmountCents = transfer.AmountCents + 1 })] }
                : decision;
        },
    };

    private static Decision With(Decision decision, Func<Account, Account> change) => decision with { Account = change(decision.Account) };
}
