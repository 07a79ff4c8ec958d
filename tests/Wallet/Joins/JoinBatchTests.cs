using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>A join in one batch with other commands of the same wallets.</summary>
[Collection("Wallet")]
public sealed class JoinBatchTests(WalletFixture fixture)
{
    private readonly Guid _from = Guid.NewGuid();
    private readonly Guid _into = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    private BatchCommitter Committer => fixture.App.Services.GetRequiredService<BatchCommitter>();

    [Fact]
    public async Task Commands_before_and_after_a_join_see_the_wallets_as_they_are_then()
    {
        await fixture.Wallet.CreditAsync(Requests.Credit($"{_from}", "paid", 100));
        await fixture.Wallet.CreditAsync(Requests.Credit($"{_into}", "paid", 10));
        await fixture.Wallet.FreezeAsync(new FreezeRequest { UserId = $"{_from}", Reference = "dp_1" });
        using var metrics = new RecordedMetrics(fixture.App.Services);

        var outcomes = await CommitAsync(
            new Debit(_into, "before", "job-1", 4, null),
            new JoinWallets(_from, "join", _into, "test", null),
            new Credit(_from, "late", 5, EntryReason.Topup, "pi_2", null),
            new Credit(_from, "paid", 100, EntryReason.Topup, "pi_1", "Credits"),
            new Debit(_into, "frozen", "job-2", 1, null),
            new Debit(_from, "closed", "job-3", 1, null),
            new Unfreeze(_from, "dp_1"),
            new Debit(_into, "after", "job-4", 1, null));

        Assert.Equal(
            ["Done 6", "Done 106", "Done 111", "Done 100 again", "WalletFrozen 111", "WalletJoined 0", "Done 111", "Done 110"], outcomes);
        // A batch that fails is divided until each command is alone, which would hide that they cannot be together.
        Assert.Empty(metrics.Of("wallet.batch.duration", ("result", "failed")));
        Assert.Empty(await fixture.AuditAsync($"{_from}"));
        Assert.Empty(await fixture.AuditAsync($"{_into}"));
    }

    [Fact]
    public async Task What_comes_after_a_join_whose_wallet_is_locked_waits_behind_it()
    {
        await fixture.Wallet.CreditAsync(Requests.Credit($"{_from}", "seed", 100));
        await fixture.Wallet.CreditAsync(Requests.Credit($"{_into}", "seed", 10));
        var submission = new Submission(
        [
            new Debit(_from, "before", "job-1", 1, null),
            new JoinWallets(_from, "join", _into, "test", null),
            new Credit(_from, "after", 5, EntryReason.Topup, "pi_2", null),
            new Credit(_other, "other", 7, EntryReason.Topup, "pi_3", null),
        ]);
        IReadOnlyList<LinkedCommands> waiting;
        await using (await fixture.Database.LockAsync($"{_into}"))
        {
            waiting = await Committer.CommitAsync([.. submission.Split()], waitForLocks: false);
        }

        Assert.Equal([1, 2], waiting.Select(linked => linked.Offset));
        Assert.Equal((7, 0), await fixture.BalanceAsync($"{_other}"));
        Assert.Empty(await Committer.CommitAsync([.. waiting], waitForLocks: true));
        Assert.Equal(["Done 99", "Done 109", "Done 114", "Done 7"], Describe(await submission.Outcomes));
    }

    [Fact]
    public async Task A_command_waits_while_the_wallet_that_it_follows_to_is_locked()
    {
        await fixture.Wallet.CreditAsync(Requests.Credit($"{_from}", "seed", 100));
        await fixture.Wallet.JoinWalletsAsync(Requests.Join($"{_from}", $"{_into}"));
        var submission = new Submission(
        [
            new Credit(_from, "after", 5, EntryReason.Topup, "pi_2", null), new Credit(_other, "other", 7, EntryReason.Topup, "pi_3", null),
        ]);
        IReadOnlyList<LinkedCommands> waiting;
        await using (await fixture.Database.LockAsync($"{_into}"))
        {
            waiting = await Committer.CommitAsync([.. submission.Split()], waitForLocks: false);
        }

        Assert.Equal([0], waiting.Select(linked => linked.Offset));
        Assert.Empty(await Committer.CommitAsync([.. waiting], waitForLocks: true));
        Assert.Equal(["Done 105", "Done 7"], Describe(await submission.Outcomes));
        Assert.Empty(await fixture.AuditAsync($"{_into}"));
    }

    private async Task<string[]> CommitAsync(params Command[] commands)
    {
        var submission = new Submission(commands);
        Assert.Empty(await Committer.CommitAsync([.. submission.Split()], waitForLocks: true));
        return Describe(await submission.Outcomes);
    }

    private static string[] Describe(Outcome[] outcomes) =>
        [.. outcomes.Select(outcome => $"{outcome.Code} {outcome.BalanceCents}{(outcome.Replayed ? " again" : "")}")];
}
