using ReelBallers.Wallet.V1;
using static ReelBallers.Wallet.Tests.WalletFixture;

namespace ReelBallers.Wallet.Tests;

[Collection("Wallet")]
public sealed class PostBatchTests(WalletFixture fixture)
{
    [Fact]
    public async Task Each_command_has_its_own_outcome_in_order()
    {
        var (rich, poor) = (await fixture.UserWithAsync(1000), await fixture.UserWithAsync(10));

        var answer = await fixture.Wallet.PostBatchAsync(Requests.Batch([
            Requests.InBatch(Requests.Debit(rich, "one", 100)),
            Requests.InBatch(Requests.Debit(poor, "two", 11)),
            Requests.InBatch(Requests.Debit(rich, "one", 100)),
            Requests.InBatch(Requests.Debit(rich, "one", 101)),
            Requests.InBatch(Requests.Credit(poor, "three", 1)),
            Requests.InBatch(Requests.Debit(poor, "four", 11)),
            new BatchCommand { PlaceHold = Requests.Place(rich, "five", 500) },
            new BatchCommand { SettleHold = Requests.Settle(rich, "six", 200) },
            new BatchCommand { ReleaseHold = Requests.Release(rich, "seven") },
        ]));

        Assert.Equal(
            ["", "insufficient_funds", "", "idempotency_key_reused", "", "", "", "", "hold_settled"],
            answer.Outcomes.Select(outcome => outcome.ErrorCode));
        Assert.Equal([900, 10, 900, 900, 11, 0, 400, 700, 700], answer.Outcomes.Select(outcome => outcome.BalanceCents));
        Assert.Equal([false, false, true], answer.Outcomes.Take(3).Select(outcome => outcome.Replayed));
        Assert.Equal(11, answer.Outcomes[1].RequiredCents);
        Assert.Equal((200, 300), (answer.Outcomes[7].SettledCents, answer.Outcomes[7].RefundedCents));
        Assert.Empty(await fixture.AuditAsync(rich));
        Assert.Empty(await fixture.AuditAsync(poor));
    }

    [Fact]
    public async Task Linked_commands_succeed_or_fail_together_and_the_others_are_independent()
    {
        var (from, to) = (await fixture.UserWithAsync(100), await fixture.UserWithAsync(1));

        var answer = await fixture.Wallet.PostBatchAsync(Requests.Batch(
            [
                Requests.InBatch(Requests.Debit(from, "before", 1)),
                Requests.InBatch(Requests.Debit(from, "pay", 50)), Requests.InBatch(Requests.Credit(to, "get", 50)),
                Requests.InBatch(Requests.Debit(from, "pay too much", 30)), Requests.InBatch(Requests.Credit(to, "get too much", 30)),
                Requests.InBatch(Requests.Debit(from, "more than there is", 20)),
                Requests.InBatch(Requests.Debit(from, "after", 49)),
            ],
            1, 3, 4));

        Assert.Equal(["", "", "", "linked_command_failed", "linked_command_failed", "insufficient_funds", ""],
            answer.Outcomes.Select(outcome => outcome.ErrorCode));
        Assert.Equal((0, 0), await fixture.BalanceAsync(from));
        Assert.Equal((51, 0), await fixture.BalanceAsync(to));
        // Failed commands store no key.
        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.CreditAsync(Requests.Credit(to, "get too much", 7))));
        Assert.Empty(await fixture.AuditAsync(from));
        Assert.Empty(await fixture.AuditAsync(to));
    }

    [Fact]
    public async Task Repeating_a_batch_changes_nothing()
    {
        var user = await fixture.UserWithAsync(8190);
        var batch = Requests.Batch(Enumerable.Range(0, 8190).Select(n => Requests.InBatch(Requests.Debit(user, $"key{n}", 1))), 5, 6, 7);

        var first = await fixture.Wallet.PostBatchAsync(batch);
        var second = await fixture.Wallet.PostBatchAsync(batch);

        Assert.All(first.Outcomes, outcome => Assert.Equal(("", false), (outcome.ErrorCode, outcome.Replayed)));
        Assert.All(second.Outcomes, outcome => Assert.Equal(("", true), (outcome.ErrorCode, outcome.Replayed)));
        Assert.Equal(first.Outcomes.Select(outcome => outcome.BalanceCents), second.Outcomes.Select(outcome => outcome.BalanceCents));
        Assert.Equal((0, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_malformed_command_rejects_the_whole_call()
    {
        var user = await fixture.UserWithAsync(100);
        PostBatchRequest[] malformed =
        [
            new(),
            Requests.Batch(Enumerable.Range(0, 8191).Select(n => Requests.InBatch(Requests.Debit(user, $"key{n}", 1)))),
            Requests.Batch([Requests.InBatch(Requests.Debit(user, "key", 1))], 0),
            Requests.Batch([Requests.InBatch(Requests.Debit(user, "key", 1)), new BatchCommand()]),
            Requests.Batch([Requests.InBatch(Requests.Debit(user, "key", 1)), Requests.InBatch(Requests.Debit(user, "key2", 0))]),
            Requests.Batch([Requests.InBatch(Requests.Debit(user, "key", 1)), Requests.InBatch(Requests.Debit("not-a-uuid", "key2", 1))]),
        ];

        foreach (var batch in malformed)
        {
            Assert.Equal("invalid_argument", await CodeOfAsync(fixture.Wallet.PostBatchAsync(batch)));
        }
        Assert.Equal((100, 0), await fixture.BalanceAsync(user));
    }

    [Fact]
    public async Task A_command_that_the_database_rejects_fails_alone_in_its_batch()
    {
        var user = await fixture.UserWithAsync(1000);
        await fixture.Database.ExecuteAsync("""
            CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = 'check_violation'; END $$;
            CREATE TRIGGER poison BEFORE INSERT ON transfers FOR EACH ROW WHEN (new.idempotency_key = 'poison') EXECUTE FUNCTION poison();
            """);
        try
        {
            var answer = await fixture.Wallet.PostBatchAsync(Requests.Batch(
                Enumerable.Range(0, 100).Select(n => Requests.InBatch(Requests.Debit(user, n == 42 ? "poison" : $"key{n}", 1))), 41));

            Assert.Equal([41, 42], Enumerable.Range(0, 100).Where(n => answer.Outcomes[n].ErrorCode == "internal_error"));
            Assert.Equal(98, answer.Outcomes.Count(outcome => outcome.ErrorCode.Length == 0));
        }
        finally
        {
            await fixture.Database.ExecuteAsync("DROP TRIGGER poison ON transfers; DROP FUNCTION poison()");
        }
        Assert.Equal((902, 0), await fixture.BalanceAsync(user));
        Assert.Empty(await fixture.AuditAsync(user));
    }
}
