namespace ReelBallers.Wallet;

/// <summary>
/// The commands of one call while they are in the queues. Either a writer takes them or their caller withdraws them,
/// whichever happens first; once one of them is taken, all are executed.
/// </summary>
/// <param name="commands">In order of execution.</param>
/// <param name="linked">Which of them are linked to the next one; null when none is.</param>
/// <param name="queuedAt">The timestamp at which they were queued.</param>
internal sealed class Submission(Command[] commands, bool[]? linked = null, long queuedAt = 0)
{
    private readonly TaskCompletionSource<Outcome[]> _outcomes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Outcome[] _answers = new Outcome[commands.Length];
    private int _unanswered = commands.Length;
    private State _state;

    public Command[] Commands { get; } = commands;

    public long QueuedAt { get; } = queuedAt;

    /// <summary>The outcome of each command, once all are known.</summary>
    public Task<Outcome[]> Outcomes => _outcomes.Task;

    public IEnumerable<LinkedCommands> Split()
    {
        for (var (offset, end) = (0, 0); offset < Commands.Length; offset = end)
        {
            end = offset + 1;
            while (linked is not null && linked[end - 1] && end < Commands.Length)
            {
                end++;
            }
            yield return new LinkedCommands(this, offset, end - offset);
        }
    }

    /// <summary>Takes the commands for execution; false when the caller has withdrawn them.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, State.Taken, State.Waiting) != State.Withdrawn;

    public void Withdraw(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, State.Withdrawn, State.Waiting) == State.Waiting)
        {
            _outcomes.TrySetCanceled(cancellationToken);
        }
    }

    /// <summary>Sets the outcomes of some of the commands.</summary>
    public void Answer(int offset, ReadOnlySpan<Outcome> outcomes)
    {
        outcomes.CopyTo(_answers.AsSpan(offset));
        if (Interlocked.Add(ref _unanswered, -outcomes.Length) == 0)
        {
            _outcomes.TrySetResult(_answers);
        }
    }

    public void Fail(Exception exception) => _outcomes.TrySetException(exception);

    private enum State
    {
        Waiting,
        Taken,
        Withdrawn,
    }
}
