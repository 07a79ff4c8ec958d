using System.Threading.Channels;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Commits concurrent commands in batches. Commands that arrive while a batch is being written form the next batch; no
/// command waits for a batch to fill. One busy wallet is therefore as fast as many. There are two writers, each for half of
/// the users. Under high load they overlap: one decides while the database works for the other. Under low load they take
/// turns, since fewer and longer batches cost less than the overlap gains.
/// </summary>
internal sealed partial class GroupCommit(LedgerStore store, WalletMeter meter, TimeProvider time, ILogger<GroupCommit> logger)
    : BackgroundService
{
    /// <summary>The maximum number of waiting commands; further ones are rejected.</summary>
    public const int QueueLength = 16_384;

    private const int MaxBatchLength = 1024;
    private const int Writers = 2;
    private const int WaitingBeforeOverlap = 2 * MaxBatchLength;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    // A batch that is delayed, by a lock or by the network, delays only its own half of the users.
    private static readonly TimeSpan MaxTurnWait = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _turn = new(1);

    private readonly Channel<Part>[] _queues =
        [.. Enumerable.Range(0, Writers).Select(_ => Channel.CreateUnbounded<Part>(new UnboundedChannelOptions { SingleReader = true }))];

    private int _waiting;

    /// <summary>The part of a submission that one writer commits.</summary>
    private readonly record struct Part(Submission Submission, IReadOnlyList<LinkedCommands> LinkedCommands, int Length);

    /// <summary>
    /// Returns the outcomes of the commands after their commit. Cancellation withdraws commands that are still waiting;
    /// commands that are in a batch are completed.
    /// </summary>
    public async Task<Outcome[]> ApplyAsync(Command[] commands, bool[]? linked, CancellationToken cancellationToken)
    {
        var submission = new Submission(commands, linked, time.GetTimestamp());
        if (Interlocked.Add(ref _waiting, commands.Length) > QueueLength)
        {
            Interlocked.Add(ref _waiting, -commands.Length);
            meter.NotExecuted(commands.Length, OutcomeCode.Overloaded);
            return AllOf(commands.Length, OutcomeCode.Overloaded);
        }
        foreach (var (writer, part) in PartsOf(submission, linked is not null))
        {
            if (!_queues[writer].Writer.TryWrite(part))
            {
                // The service is stopping.
                Interlocked.Add(ref _waiting, -part.Length);
                Answer(part.LinkedCommands, OutcomeCode.Overloaded);
            }
        }
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Submission)state!).Withdraw(token), submission);
        return await submission.Outcomes;
    }

    // All of a user's commands go to the same writer, in their order. Linked commands may concern two users, so a
    // submission with linked commands goes to one writer as a whole; the row locks serialize it with the other writer.
    private static IEnumerable<(int Writer, Part Part)> PartsOf(Submission submission, bool isLinked)
    {
        var linkedCommands = submission.Split();
        return isLinked || submission.Commands.Length == 1
            ? [(WriterOf(submission.Commands[0]), new Part(submission, [.. linkedCommands], submission.Commands.Length))]
            : linkedCommands.GroupBy(linked => WriterOf(submission.Commands[linked.Offset]))
                .Select(group => (group.Key, group.ToArray()))
                .Select(part => (part.Key, new Part(submission, part.Item2, part.Item2.Length)));
    }

    private static int WriterOf(Command command) => (command.UserId.GetHashCode() & int.MaxValue) % Writers;

    /// <summary>Accepts no more commands and returns when the waiting ones are answered.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Array.ForEach(_queues, queue => queue.Writer.TryComplete());
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.ObserveQueue(() => Volatile.Read(ref _waiting));
        return Task.WhenAll(_queues.Select(queue => WriteAsync(queue.Reader)));
    }

    private async Task WriteAsync(ChannelReader<Part> queue)
    {
        await Task.Yield();
        // Not the stopping token: commands that are waiting when the service stops are still executed.
        while (await queue.WaitToReadAsync(CancellationToken.None))
        {
            var hasTurn = Volatile.Read(ref _waiting) < WaitingBeforeOverlap && await _turn.WaitAsync(MaxTurnWait, CancellationToken.None);
            try
            {
                await WriteBatchAsync(queue);
            }
            finally
            {
                if (hasTurn)
                {
                    _turn.Release();
                }
            }
        }
    }

    private async Task WriteBatchAsync(ChannelReader<Part> queue)
    {
        var batch = new List<LinkedCommands>();
        var length = 0;
        while (length < MaxBatchLength && queue.TryRead(out var part))
        {
            Interlocked.Add(ref _waiting, -part.Length);
            if (!part.Submission.TryTake())
            {
                continue;
            }
            if (time.GetElapsedTime(part.Submission.QueuedAt) > MaxWait)
            {
                Answer(part.LinkedCommands, OutcomeCode.Overloaded);
                continue;
            }
            length += part.Length;
            batch.AddRange(part.LinkedCommands);
        }
        if (batch.Count > 0)
        {
            await CommitAsync(batch);
        }
    }

    private async Task CommitAsync(List<LinkedCommands> batch)
    {
        var start = time.GetTimestamp();
        try
        {
            var outcomes = await store.ApplyAsync(batch, CancellationToken.None);
            meter.Committed(outcomes, time.GetElapsedTime(start));
            var next = 0;
            foreach (var linked in batch)
            {
                linked.Submission.Answer(linked.Offset, outcomes.AsSpan(next, linked.Length));
                next += linked.Length;
            }
        }
        catch (Exception exception) when (DatabaseErrors.IsOutage(exception))
        {
            LogOutage(batch.Count, exception.Message);
            meter.Failed(time.GetElapsedTime(start));
            meter.NotExecuted(batch.Sum(linked => linked.Length), OutcomeCode.DatabaseUnavailable);
            Answer(batch, OutcomeCode.DatabaseUnavailable);
        }
        catch (Exception exception) when (exception is PostgresException or LedgerCorruptException && batch.Count > 1)
        {
            meter.Failed(time.GetElapsedTime(start));
            // A command is invalid: try both halves, so that only the invalid one fails.
            await CommitAsync(batch[..(batch.Count / 2)]);
            await CommitAsync(batch[(batch.Count / 2)..]);
        }
        catch (Exception exception)
        {
            meter.Failed(time.GetElapsedTime(start));
            // A bug, which the API logs with the call.
            batch.ForEach(linked => Fail(linked, exception));
        }
    }

    private static void Answer(IReadOnlyList<LinkedCommands> linkedCommands, OutcomeCode code)
    {
        foreach (var linked in linkedCommands)
        {
            linked.Submission.Answer(linked.Offset, AllOf(linked.Length, code));
        }
    }

    private void Fail(LinkedCommands linked, Exception exception)
    {
        if (linked.Length == linked.Submission.Commands.Length)
        {
            linked.Submission.Fail(exception);
            return;
        }
        LogFailure(linked.Length, exception);
        linked.Submission.Answer(linked.Offset, AllOf(linked.Length, OutcomeCode.InternalError));
    }

    private static Outcome[] AllOf(int length, OutcomeCode code)
    {
        var outcomes = new Outcome[length];
        Array.Fill(outcomes, new Outcome(code));
        return outcomes;
    }

    [LoggerMessage(LogLevel.Error, "The database failed during a batch of {Count} groups of linked commands: {Reason}")]
    private partial void LogOutage(int count, string reason);

    [LoggerMessage(LogLevel.Error, "{Count} linked commands of a batch failed")]
    private partial void LogFailure(int count, Exception exception);
}
