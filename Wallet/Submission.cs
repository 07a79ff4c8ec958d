namespace ReelBallers.Wallet;

/// <summary>
/// Commands that came in one call, on their way through the queue. The writer takes them or their caller withdraws them,
/// whoever is first; taken, they run to their end.
/// </summary>
/// <param name="commands">In their order.</param>
/// <param name="linked">Which of them is chained to the next one; null when none is.</param>
/// <param name="queuedAt">The clock's timestamp when they were queued.</param>
internal sealed class Submission(Command[] commands, bool[]? linked = null, long queuedAt = 0)
{
    private readonly TaskCompletionSource<Outcome[]> _outcomes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Outcome[] _answers = new Outcome[commands.Length];
    private int _unanswered = commands.Length;
    private int _gone;

    public Command[] Commands { get; } = commands;

    public long QueuedAt { get; } = queuedAt;

    /// <summary>One for each command, once all are known.</summary>
    public Task<Outcome[]> Outcomes => _outcomes.Task;

    public IEnumerable<Chain> Chains()
    {
        for (var (offset, end) = (0, 0); offset < Commands.Length; offset = end)
        {
            end = offset + 1;
            while (linked is not null && linked[end - 1] && end < Commands.Length)
            {
                end++;
            }
            yield return new Chain(this, offset, end - offset);
        }
    }

    public bool TryTake() => Interlocked.Exchange(ref _gone, 1) == 0;

    public void Withdraw(CancellationToken cancellationToken)
    {
        if (TryTake())
        {
            _outcomes.TrySetCanceled(cancellationToken);
        }
    }

    /// <summary>Answers some commands; only the writer does, so one at a time.</summary>
    public void Answer(int offset, ReadOnlySpan<Outcome> outcomes)
    {
        outcomes.CopyTo(_answers.AsSpan(offset));
        _unanswered -= outcomes.Length;
        if (_unanswered == 0)
        {
            _outcomes.TrySetResult(_answers);
        }
    }

    public void Fail(Exception exception) => _outcomes.TrySetException(exception);
}
