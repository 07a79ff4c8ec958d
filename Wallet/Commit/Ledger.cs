using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Wallet;

/// <summary>The use cases: every command ends in an outcome; the rest is reading.</summary>
internal sealed class Ledger(GroupCommit groupCommit, LotReplay lotReplay, IDbContextFactory<WalletDbContext> databases)
{
    /// <summary>The most lines that a page of a statement has.</summary>
    public const int PageLengthMax = 100;

    /// <summary>The lines of a page when the caller does not say.</summary>
    public const int PageLengthDefault = 20;

    /// <summary>The most commands that a batch has.</summary>
    public const int BatchLengthMax = 8190;

    /// <summary>Does what is wished or says why not; idempotent by the command's key, for ever.</summary>
    public async Task<Outcome> ApplyAsync(Command command, CancellationToken cancellationToken) =>
        (await ApplyAsync([command], null, cancellationToken))[0];

    /// <summary>Does each of them, in their order, or says why not. Linked ones succeed or fail together with the next one.</summary>
    public async Task<Outcome[]> ApplyAsync(Command[] commands, bool[]? linked, CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            // Here, on the caller's thread: the writer's time is everybody's.
            _ = command.RequestHash;
            if (LedgerBatch.NeedsLots(command))
            {
                // Leaves a checkpoint where there is much to replay, so that the writer has little.
                _ = await lotReplay.ReadAsync(command.UserId, cancellationToken);
            }
        }
        return await groupCommit.ApplyAsync(commands, linked, cancellationToken);
    }

    /// <summary>What is left of which lot.</summary>
    public Task<LotBook> GetLotsAsync(Guid userId, CancellationToken cancellationToken) => lotReplay.ReadAsync(userId, cancellationToken);

    /// <summary>What a payment brought and what of it was taken back; null when it brought nothing to this wallet.</summary>
    public Task<PaymentCredits?> FindPaymentAsync(Guid userId, string stripePaymentId, CancellationToken cancellationToken) =>
        lotReplay.FindPaymentAsync(userId, stripePaymentId, cancellationToken);

    /// <summary>The wallet now; an empty one when the user has none.</summary>
    public async Task<Account> GetAccountAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.UserId == userId, cancellationToken)
            ?? Account.Empty(userId);
    }

    /// <summary>
    /// A page of the statement, newest first: the transfers that moved the wallet's own balance. Numbers only grow, so
    /// what arrives while somebody pages never shifts a page.
    /// </summary>
    /// <param name="userId">Whose statement.</param>
    /// <param name="before">The cursor of the page before; null for the newest.</param>
    /// <param name="limit">1 to <see cref="PageLengthMax"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<StatementPage> GetStatementAsync(Guid userId, StatementCursor? before, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var start = before?.Sequence ?? long.MaxValue;
        var entries = await database.Transfers.AsNoTracking()
            .Where(transfer => transfer.UserId == userId && transfer.Sequence < start)
            .Where(transfer => transfer.DebitAccount == AccountType.Wallet || transfer.CreditAccount == AccountType.Wallet)
            .OrderByDescending(transfer => transfer.Sequence)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        return entries.Count > limit
            ? new StatementPage(entries[..limit], new StatementCursor(entries[limit - 1].Sequence))
            : new StatementPage(entries, null);
    }
}
