using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using static ReelBallers.Wallet.Tests.WalletFixture;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>
/// Another replica opens a wallet while a batch is loaded that has found none: no row of it was locked, and the later statements of the
/// batch see what that replica has committed.
/// </summary>
public sealed class OpenedMeanwhileTests(WalletFixture fixture) : IClassFixture<WalletFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_clawback_that_has_found_no_wallet_is_rejected_although_the_lots_are_there_by_then()
    {
        var known = await fixture.UserWithAsync(200);
        var outcomes = await CommitAsync(
            "lot_checkpoints", replica => CodeOfAsync(replica.CreditAsync(Requests.Credit($"{_user}", "paid", 500))),
            new ClawBack(new Guid(known), "refund", "pi_none", 100, 0, null), new ClawBack(_user, "refund", "pi_1", 100, 0, null));

        Assert.Equal([OutcomeCode.PaymentNotFound, OutcomeCode.PaymentNotFound], outcomes);
        Assert.Equal("ok", await CodeOfAsync(fixture.Wallet.ClawBackAsync(Requests.ClawBack($"{_user}", "refund", 100))));
        Assert.Equal((400, 0), await fixture.BalanceAsync($"{_user}"));
        Assert.Empty(await fixture.AuditAsync($"{_user}"));
    }

    [Fact]
    public async Task A_batch_that_sees_rows_of_a_wallet_that_it_has_not_locked_begins_anew()
    {
        // Holds are loaded before payments.
        var outcomes = await CommitAsync(
            "holds",
            async replica =>
            {
                await replica.CreditAsync(Requests.Credit($"{_user}", "paid", 500));
                return await CodeOfAsync(replica.ClawBackAsync(Requests.ClawBack($"{_user}", "lost", 100)));
            },
            new SettleHold(Guid.NewGuid(), "settle", "job", 1), new Reinstate(_user, "won", "pi_1", 100, 0, null));

        Assert.Equal([OutcomeCode.HoldNotFound, OutcomeCode.Done], outcomes);
        Assert.Equal((500, 0), await fixture.BalanceAsync($"{_user}"));
        Assert.Empty(await fixture.AuditAsync($"{_user}"));
    }

    /// <summary>Commits a batch that waits for this table while another replica works.</summary>
    private async Task<IEnumerable<OutcomeCode>> CommitAsync(string table, Func<Client, Task<string>> meanwhile, params Command[] commands)
    {
        await using var other = await fixture.StartServiceAsync();
        using var metrics = new RecordedMetrics(fixture.App.Services);
        var submission = new Submission(commands);
        var committer = fixture.App.Services.GetRequiredService<BatchCommitter>();
        Task<IReadOnlyList<LinkedCommands>> batch;
        await using (await fixture.Database.BeginAsync($"LOCK TABLE {table}"))
        {
            batch = committer.CommitAsync([.. submission.Split()], waitForLocks: true);
            await fixture.Database.WriterWaitsAsync();
            Assert.Equal("ok", await meanwhile(new Client(other.Invoker())));
            Assert.Equal(1, await fixture.Database.WaitingWritersAsync());
        }
        Assert.Empty(await batch);
        // A batch that fails is divided until each command is alone, and then finds the wallet.
        Assert.Empty(metrics.Of("wallet.batch.duration", ("result", "failed")));
        return (await submission.Outcomes).Select(outcome => outcome.Code);
    }
}
