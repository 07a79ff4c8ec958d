using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The operations on the ledger: commands, each with an outcome, and queries.</summary>
internal sealed partial class Ledger(
    GroupCommit groupCommit, LotReplay lotReplay, AccountReader accounts, JoinReader joins, IDbContextFactory<WalletDbContext> databases,
    ILogger<Ledger> logger)
{
    /// <summary>The maximum number of entries on a page of the statement.</summary>
    public const int MaxPageLength = 100;

    /// <summary>The default number of entries on a page.</summary>
    public const int PageLengthDefault = 20;

    /// <summary>The maximum number of commands in one call.</summary>
    public const int MaxBatchLength = 8190;

    /// <summary>Executes a command; permanently idempotent by its key.</summary>
    public async Task<Outcome> ApplyAsync(Command command, CancellationToken cancellationToken) =>
        (await ApplyAsync([command], null, cancellationToken))[0];

    /// <summary>Executes commands in order. A linked command succeeds or fails together with the next one.</summary>
    public async Task<Outcome[]> ApplyAsync(Command[] commands, bool[]? linked, CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            await PrepareAsync(command, cancellationToken);
        }
        return await groupCommit.ApplyAsync(commands, linked, cancellationToken);
    }

    /// <summary>Executes commands of the service's own that are independent of each other: one that fails has an outcome too.</summary>
    public async Task<Outcome[]> ApplyEachAsync(Command[] commands, CancellationToken cancellationToken)
    {
        var outcomes = new Outcome[commands.Length];
        var ready = new List<int>();
        for (var i = 0; i < commands.Length; i++)
        {
            try
            {
                await PrepareAsync(commands[i], cancellationToken);
                ready.Add(i);
            }
            catch (Exception exception) when (!Outages.IsOutage(exception, cancellationToken) && !cancellationToken.IsCancellationRequested)
            {
                LogFailed(commands[i].UserId, exception);
                outcomes[i] = new Outcome(OutcomeCode.InternalError);
            }
        }
        var applied = await groupCommit.ApplyEachAsync([.. ready.Select(i => commands[i])], cancellationToken);
        foreach (var (i, outcome) in ready.Zip(applied))
        {
            outcomes[i] = outcome;
        }
        return outcomes;
    }

    /// <summary>The remaining lots.</summary>
    public Task<LotBook> GetLotsAsync(Guid userId, CancellationToken cancellationToken) => lotReplay.ReadAsync(userId, cancellationToken);

    /// <summary>The credits of a payment; null when this wallet has none of it.</summary>
    public Task<PaymentCredits?> FindPaymentAsync(Guid userId, string stripePaymentId, CancellationToken cancellationToken) =>
        lotReplay.FindPaymentAsync(userId, stripePaymentId, cancellationToken);

    /// <summary>The joins from this wallet to the one that has its credits.</summary>
    public Task<JoinPaths> FindJoinsAsync(Guid userId, CancellationToken cancellationToken) => joins.FindAsync(userId, cancellationToken);

    /// <summary>The current wallet; an empty one when the user has none.</summary>
    public Task<Account> GetAccountAsync(Guid userId, CancellationToken cancellationToken) =>
        accounts.FindAsync(userId, cancellationToken);

    /// <summary>
    /// A page of the statement, newest first: the transfers that changed the balance. Sequence numbers only grow, so new
    /// entries never shift a page.
    /// </summary>
    /// <param name="userId">Whose statement.</param>
    /// <param name="before">The cursor of the previous page; null for the newest.</param>
    /// <param name="limit">1 to <see cref="MaxPageLength"/>.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
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

    private async Task PrepareAsync(Command command, CancellationToken cancellationToken)
    {
        // Computed here, on the caller's thread, since all commands wait for the writers.
        _ = command.RequestHash;
        if (CommandNeeds.NeedsLots(command))
        {
            // Saves a checkpoint if there is much to replay, so that the writer replays little.
            var userId = command is ClawBack
                ? (await joins.FindAsync(command.UserId, cancellationToken)).EndOf(command.UserId)
                : command.UserId;
            _ = await lotReplay.ReadAsync(userId, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Error, "The wallet of {UserId} is inconsistent")]
    private partial void LogFailed(Guid userId, Exception exception);
}
