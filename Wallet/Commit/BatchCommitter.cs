using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Commits batches and answers their commands, whatever happens to the batch.</summary>
internal sealed partial class BatchCommitter(LedgerStore store, WalletMeter meter, TimeProvider time, ILogger<BatchCommitter> logger)
{
    /// <summary>
    /// Commits and answers everything except the commands of wallets that another transaction keeps locked, which it returns.
    /// It fails only when the answer cannot be given; use <see cref="Fail"/> then.
    /// </summary>
    /// <param name="batch">In order of execution.</param>
    /// <param name="waitForLocks">Whether to wait for locked wallets, for a limited time.</param>
    public Task<IReadOnlyList<LinkedCommands>> CommitAsync(List<LinkedCommands> batch, bool waitForLocks) =>
        batch.Count > 1 && batch.Exists(static linked => linked.IsJoin)
            ? CommitApartAsync(batch, waitForLocks)
            : CommitTogetherAsync(batch, waitForLocks);

    // A join needs rows of two wallets that no other command needs, and commands after it act on another wallet: it is a batch of its own.
    private async Task<IReadOnlyList<LinkedCommands>> CommitApartAsync(List<LinkedCommands> batch, bool waitForLocks)
    {
        var setAside = new List<LinkedCommands>();
        var end = 0;
        while (end < batch.Count)
        {
            var start = end++;
            while (end < batch.Count && !batch[start].IsJoin && !batch[end].IsJoin)
            {
                end++;
            }
            var (free, behind) = LockedWallets.Split(batch[start..end], [.. setAside.SelectMany(LockedWallets.UsersOf)]);
            setAside.AddRange(behind);
            if (free.Count > 0)
            {
                setAside.AddRange(await CommitTogetherAsync(free, waitForLocks));
            }
        }
        return setAside;
    }

    private async Task<IReadOnlyList<LinkedCommands>> CommitTogetherAsync(List<LinkedCommands> batch, bool waitForLocks)
    {
        var start = time.GetTimestamp();
        try
        {
            var result = await store.ApplyAsync(batch, waitForLocks, CancellationToken.None);
            if (result.Outcomes.Length > 0)
            {
                meter.Committed(result.Outcomes, time.GetElapsedTime(start));
            }
            var next = 0;
            foreach (var linked in result.Decided)
            {
                linked.Submission.Answer(linked.Offset, result.Outcomes.AsSpan(next, linked.Length));
                next += linked.Length;
            }
            return result.SetAside;
        }
        catch (Exception exception) when (DatabaseErrors.IsOutage(exception))
        {
            LogOutage(batch.Count, exception.Message);
            meter.Failed(time.GetElapsedTime(start));
            NotExecuted(batch, OutcomeCode.DatabaseUnavailable);
            return [];
        }
        catch (Exception) when (batch.Count > 1)
        {
            meter.Failed(time.GetElapsedTime(start));
            // A command is invalid: try both halves, so that only the invalid one fails.
            var first = await CommitAsync(batch[..(batch.Count / 2)], waitForLocks);
            var second = await CommitAsync(batch[(batch.Count / 2)..], waitForLocks);
            return [.. first, .. second];
        }
        catch (Exception exception)
        {
            meter.Failed(time.GetElapsedTime(start));
            // A bug, which the API logs with the call.
            Fail(batch, exception);
            return [];
        }
    }

    /// <summary>Answers all commands with this code.</summary>
    public void NotExecuted(IReadOnlyList<LinkedCommands> batch, OutcomeCode code)
    {
        meter.NotExecuted(batch.Sum(linked => linked.Length), code);
        foreach (var linked in batch)
        {
            linked.Submission.Answer(linked.Offset, Outcome.Of(code, linked.Length));
        }
    }

    /// <summary>Answers all commands that have no answer yet with the failure.</summary>
    public void Fail(IReadOnlyList<LinkedCommands> batch, Exception exception)
    {
        foreach (var linked in batch)
        {
            if (linked.Length == linked.Submission.Commands.Length)
            {
                linked.Submission.Fail(exception);
                continue;
            }
            linked.Submission.Answer(linked.Offset, Outcome.Of(OutcomeCode.InternalError, linked.Length));
            LogFailure(linked.Length, exception);
        }
    }

    [LoggerMessage(LogLevel.Error, "The database failed during a batch of {Count} groups of linked commands: {Reason}")]
    private partial void LogOutage(int count, string reason);

    [LoggerMessage(LogLevel.Error, "{Count} linked commands of a batch failed")]
    private partial void LogFailure(int count, Exception exception);
}
