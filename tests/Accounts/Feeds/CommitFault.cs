using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ReelBallers.Accounts.Tests;

/// <summary>Ends a transaction of the feeds as a process that dies would: before its commit, or after it and before anyone knows.</summary>
public sealed class CommitFault : DbTransactionInterceptor
{
    private readonly AsyncLocal<bool> _isHere = new();
    private bool _onlyHere;
    private int _before;
    private int _after;

    /// <summary>How often a fault has struck.</summary>
    public int Struck { get; private set; }

    /// <summary>The next commit does not happen.</summary>
    /// <param name="onlyHere">Of what the caller itself does; not of workers in the background.</param>
    public void FailBefore(bool onlyHere = false) => Arm(ref _before, onlyHere);

    /// <summary>The next commit happens, and looks as if it did not.</summary>
    /// <param name="onlyHere">As for <see cref="FailBefore"/>.</param>
    public void FailAfter(bool onlyHere = false) => Arm(ref _after, onlyHere);

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

    private void Arm(ref int fault, bool onlyHere)
    {
        (_onlyHere, _isHere.Value) = (onlyHere, true);
        Interlocked.Exchange(ref fault, 1);
    }

    private void Strike(ref int armed)
    {
        if ((!_onlyHere || _isHere.Value) && Interlocked.Exchange(ref armed, 0) == 1)
        {
            Struck++;
            throw new TimeoutException("The process has died here.");
        }
    }
}
