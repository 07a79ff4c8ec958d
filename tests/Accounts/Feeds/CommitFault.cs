using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ReelBallers.Accounts.Tests;

/// <summary>Ends a transaction of the feeds as a process that dies would: before its commit, or after it and before anyone knows.</summary>
public sealed class CommitFault : DbTransactionInterceptor
{
    private int _before;
    private int _after;

    /// <summary>How often a fault has struck.</summary>
    public int Struck { get; private set; }

    /// <summary>The next commit does not happen.</summary>
    public void FailBefore() => Interlocked.Exchange(ref _before, 1);

    /// <summary>The next commit happens, and looks as if it did not.</summary>
    public void FailAfter() => Interlocked.Exchange(ref _after, 1);

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Strike(ref _before);
        return base.TransactionCommittingAsync(transaction, eventData, result, cancellationToken);
    }

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Strike(ref _after);
        return base.TransactionCommittedAsync(transaction, eventData, cancellationToken);
    }

    private void Strike(ref int armed)
    {
        if (Interlocked.Exchange(ref armed, 0) == 1)
        {
            Struck++;
            throw new TimeoutException("The process has died here.");
        }
    }
}
