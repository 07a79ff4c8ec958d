using FsCheck;
using FsCheck.Fluent;

namespace ReelBallers.Wallet.Tests;

/// <summary>Random sequences of all commands over few users, keys, jobs and payments, to cause many conflicts.</summary>
internal static class CommandSequences
{
    public static readonly Guid[] Users =
    [
        Guid.Parse("11111111-1111-1111-1111-111111111111"), Guid.Parse("22222222-2222-2222-2222-222222222222"),
        Guid.Parse("33333333-3333-3333-3333-333333333333"),
    ];
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A command, whether a commit precedes it, the hours since the last one, and whether it is linked to the next one.</summary>
    public sealed record Step(int Kind, int User, int Key, int Job, long Cents, bool Commit, int Hours, bool Linked)
    {
        /// <summary>Whether the command can be linked, as in a batch of the API.</summary>
        public bool MayBeLinked => Kind <= 5;

        internal Command ToCommand(DateTimeOffset now)
        {
            var (user, key, job, payment) = (Users[User], $"key{Key}", $"job{Job}", Job % 3 == 0 ? null : $"pi{Job % 3}");
            // An absolute time, so that a command can be repeated with the same key.
            DateTimeOffset? expiry = Key % 3 == 0 ? Start.AddHours(Key) : null;
            return Kind switch
            {
                0 => new Credit(user, key, Cents + 1, Key % 4 == 0 ? EntryReason.Bonus : EntryReason.Topup, payment, null, expiry),
                1 => new PlaceHold(user, key, job, Cents + 1, null, expiry),
                2 => new SettleHold(user, key, job, Cents),
                3 => new ReleaseHold(user, key, job, null),
                4 => new Debit(user, key, job, Cents + 1, null),
                5 => new Credit(user, key, Cents + 1, EntryReason.Adjustment, null, null, expiry),
                6 => new ClawBack(user, key, payment ?? "pi1", Cents, Key % 3, null),
                7 => new Reinstate(user, key, payment ?? "pi1", Cents, Key % 3, null),
                8 => new Freeze(user, job),
                9 or 10 => new Unfreeze(user, job),
                11 => new ExpireHold(user, job),
                15 => new Forfeit(user, key, 4 * Cents),
                13 => new JoinWallets(user, key, Users[(User + 1 + Job % 2) % Users.Length], "test", null),
                14 => new Deduct(user, key, Cents + 1, null),
                _ => new ExpireLot(user, Key % 12, now),
            };
        }
    }

    private static Gen<Step> Steps =>
        from kind in Gen.Frequency((18, Gen.Choose(0, 4)), (15, Gen.Choose(5, 12)), (9, Gen.Constant(0)), (1, Gen.Constant(13)),
            (2, Gen.Constant(14)), (1, Gen.Constant(15)))
        from user in Gen.Frequency((9, Gen.Choose(0, 1)), (1, Gen.Constant(2)))
        from key in Gen.Choose(0, 60)
        from job in Gen.Choose(0, 5)
        from cents in Gen.Frequency((12, Gen.Choose(0, 12).Select(n => (long)n)), (1, Gen.Constant(9_999_999_999_990L)))
        from commit in Gen.Elements(true, false, false)
        from hours in Gen.Frequency((8, Gen.Choose(0, 3)), (1, Gen.Constant(200)))
        from linked in Gen.Elements(true, false, false, false)
        select new Step(kind, user, key, job, cents, commit, hours, linked);

    public static Arbitrary<Step[]> All => Arb.From(
        Gen.Frequency(
            (8, Steps.ArrayOf().Resize(80)),
            (2, from start in ExpiredPayment from rest in Steps.ArrayOf().Resize(60) select (Step[])[.. start, .. rest]),
            (1, from start in JoinedPayment from rest in Steps.ArrayOf().Resize(60) select (Step[])[.. start, .. rest])),
        Shorter);

    // Chance alone seldom takes back and reinstates a payment whose credits have expired: it is the wallet's first transfer here.
    private static Gen<Step[]> ExpiredPayment =>
        from steps in Steps.ArrayOf(4)
        from key in Gen.Choose(1, 20)
        select (Step[])
        [
            steps[0] with { Kind = 0, User = 0, Key = 3 * key, Job = 1, Linked = false },
            steps[1] with { Kind = 12, User = 0, Key = 1, Hours = 200 },
            steps[2] with { Kind = 6, User = 0, Job = 1 },
            steps[3] with { Kind = 7, User = 0, Job = 1 },
        ];

    // A payment that is credited, spent in part, and clawed back after one or two joins, by the user who made it.
    private static Gen<Step[]> JoinedPayment =>
        from steps in Steps.ArrayOf(6)
        from key in Gen.Choose(1, 20)
        select (Step[])
        [
            steps[0] with { Kind = 0, User = 0, Key = 4 * key + 1, Job = 1, Cents = 12, Linked = false },
            steps[1] with { Kind = 4, User = 0, Cents = 5, Linked = false },
            steps[2] with { Kind = 8, User = 0 },
            steps[3] with { Kind = 13, User = 0, Job = 0 },
            steps[4] with { Kind = 13, User = 1, Job = 0 },
            steps[5] with { Kind = 6, User = 0, Job = 1, Cents = 12 },
        ];

    /// <summary>Runs a sequence against rules and reference, and checks the invariants after every step.</summary>
    /// <exception cref="Exception">An invariant is violated.</exception>
    public static void Run(Step[] program, Func<CommandContext, Command, DateTimeOffset, Decision> decide)
    {
        var reference = new ReferenceLedger();
        var stored = new InMemoryLedger(decide);
        var batch = stored.Load();
        var now = Start;
        for (var i = 0; i < program.Length; i++)
        {
            now += TimeSpan.FromHours(program[i].Hours);
            if (program[i].Commit)
            {
                stored.Commit(batch);
                LedgerInvariants.Check(stored);
                batch = stored.Load();
            }
            var commands = new List<Command> { program[i].ToCommand(now) };
            while (program[i] is { Linked: true, MayBeLinked: true } && i + 1 < program.Length && program[i + 1].MayBeLinked)
            {
                commands.Add(program[++i].ToCommand(now));
            }
            var transfersBefore = batch.Transfers.Count;
            var outcomes = batch.Decide(new Submission([.. commands], [.. commands.Skip(1).Select(_ => true), false]).Split(), now);
            (var answers, reference) = Expect(reference, commands, now);

            Assert.Equal(answers, commands.Zip(outcomes, Describe));
            // A wallet without credits and debts is joined or given up without a transfer.
            Assert.True(commands[0] is JoinWallets or Forfeit || commands.Zip(outcomes)
                .Any(pair => pair is { First: not (Freeze or Unfreeze), Second: { Code: OutcomeCode.Done, Replayed: false } })
                == batch.Transfers.Count > transfersBefore);
            LedgerInvariants.Check([.. stored.Transfers, .. batch.Transfers], reference);
        }
        stored.Commit(batch);
        LedgerInvariants.Check(stored);
    }

    private static (string[] Answers, ReferenceLedger After) Expect(
        ReferenceLedger reference, List<Command> commands, DateTimeOffset now) =>
        commands.Count == 1 ? ([reference.Apply(commands[0], now)], reference) : reference.ApplyLinked(commands, now);

    private static string Describe(Command command, Outcome outcome)
    {
        if (outcome.Code != OutcomeCode.Done)
        {
            return outcome.Code.ToString();
        }
        var ended = command is SettleHold or ReleaseHold or ExpireHold ? $" {outcome.SettledCents} {outcome.RefundedCents}" : "";
        return $"ok {outcome.BalanceCents}{ended}{(outcome.Replayed ? " again" : "")}";
    }

    private static IEnumerable<Step[]> Shorter(Step[] program) =>
        Enumerable.Range(0, program.Length).Select(gone => program.Where((_, index) => index != gone).ToArray());
}
