namespace ReelBallers.Wallet;

/// <summary>A command on its way into a batch. It is either taken or withdrawn, never both.</summary>
internal sealed class PendingCommand(Command command, long queuedAt)
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _gone;

    public Command Command { get; } = command;

    /// <summary>The clock's timestamp when it was queued.</summary>
    public long QueuedAt { get; } = queuedAt;

    public Task<Outcome> Outcome => _outcome.Task;

    public bool TryTake() => Interlocked.Exchange(ref _gone, 1) == 0;

    public void Withdraw(CancellationToken cancellationToken)
    {
        if (TryTake())
        {
            _outcome.TrySetCanceled(cancellationToken);
        }
    }

    public void Answer(Outcome outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception exception) => _outcome.TrySetException(exception);
}
