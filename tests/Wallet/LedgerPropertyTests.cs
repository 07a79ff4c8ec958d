using FsCheck;
using FsCheck.Fluent;

namespace ReelBallers.Wallet.Tests;

/// <summary>Random programs of all commands over few users, keys and jobs, so that they meet often.</summary>
public sealed class LedgerPropertyTests
{
    private static readonly Guid[] Users = [Guid.Parse("11111111-1111-1111-1111-111111111111"), Guid.Parse("22222222-2222-2222-2222-222222222222")];
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A command, and whether a commit comes right before it.</summary>
    public sealed record Step(int Kind, int User, int Key, int Job, long Cents, bool Commit)
    {
        internal Command ToCommand()
        {
            var (user, key, job) = (Users[User], $"key{Key}", $"job{Job}");
            return Kind switch
            {
                0 => new Credit(user, key, Cents + 1, Job % 2 == 0 ? EntryReason.Topup : EntryReason.Bonus, null, null),
                1 => new PlaceHold(user, key, job, Cents + 1, null),
                2 => new SettleHold(user, key, job, Cents),
                3 => new ReleaseHold(user, key, job, null),
                _ => new Debit(user, key, job, Cents + 1, null),
            };
        }
    }

    private static Gen<Step> Steps =>
        from kind in Gen.Choose(0, 4)
        from user in Gen.Choose(0, Users.Length - 1)
        from key in Gen.Choose(0, 40)
        from job in Gen.Choose(0, 5)
        from cents in Gen.Frequency((8, Gen.Choose(0, 12).Select(n => (long)n)), (1, Gen.Constant(9_999_999_999_990L)))
        from commit in Gen.Elements(true, false, false)
        select new Step(kind, user, key, job, cents, commit);

    private static Arbitrary<Step[]> Programs => Arb.From(Steps.ArrayOf().Resize(80), Shorter);

    [Fact]
    public void Rules_and_reference_agree_and_every_step_keeps_the_books_straight() =>
        // On failure FsCheck prints the shortest program that it found, and the seed.
        Prop.ForAll(Programs, (Step[] program) => Run(program)).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static void Run(Step[] program)
    {
        var reference = new ReferenceLedger();
        var stored = new StoredLedger();
        var batch = stored.Load();
        foreach (var step in program)
        {
            if (step.Commit)
            {
                stored.Commit(batch);
                batch = stored.Load();
            }
            var command = step.ToCommand();
            var transfersBefore = batch.Transfers.Count;
            var outcome = batch.Decide([command], Now)[0];

            Assert.Equal(reference.Apply(command), Describe(command, outcome));
            Assert.Equal(outcome is { Code: OutcomeCode.Done, Replayed: false }, batch.Transfers.Count > transfersBefore);
            CheckBooks([.. stored.Transfers, .. batch.Transfers], reference);
        }
    }

    private static void CheckBooks(List<Transfer> transfers, ReferenceLedger reference)
    {
        Assert.Equal(0, Enum.GetValues<AccountType>().Sum(account => transfers.Sum(transfer => transfer.ChangeOf(account))));
        foreach (var user in transfers.GroupBy(transfer => transfer.UserId))
        {
            Assert.Equal(Enumerable.Range(1, user.Count()).Select(n => (long)n), user.Select(transfer => transfer.Sequence));
            var replay = Account.Empty(user.Key);
            foreach (var transfer in user)
            {
                replay = replay.Apply(transfer);
                Assert.True(replay is { BalanceCents: >= 0, HeldCents: >= 0 }, $"Negative: {replay}");
                Assert.Equal(replay.BalanceCents, transfer.BalanceAfterCents);
            }
            Assert.Equal(reference.Wallets[user.Key], (replay.BalanceCents, replay.HeldCents));
        }
    }

    private static string Describe(Command command, Outcome outcome)
    {
        if (outcome.Code != OutcomeCode.Done)
        {
            return outcome.Code.ToString();
        }
        var ended = command is SettleHold or ReleaseHold ? $" {outcome.SettledCents} {outcome.RefundedCents}" : "";
        return $"ok {outcome.BalanceCents}{ended}{(outcome.Replayed ? " again" : "")}";
    }

    private static IEnumerable<Step[]> Shorter(Step[] program) =>
        Enumerable.Range(0, program.Length).Select(gone => program.Where((_, index) => index != gone).ToArray());
}
