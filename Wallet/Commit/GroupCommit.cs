using System.Threading.Channels;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Concurrent commands become one batch, one commit. While a batch is being written the next ones queue up and are then
/// taken all together; nobody waits for a batch to fill. So a hot wallet is as fast as many cold ones. There are two
/// writers, each for half of the users. With much to do they overlap: while the database is at work for the one, the other
/// decides. With little they take turns, for half as many batches of twice the length cost less than the overlap gains.
/// </summary>
internal sealed partial class GroupCommit(LedgerStore store, TimeProvider time, ILogger<GroupCommit> logger) : BackgroundService
{
    /// <summary>How many commands may wait; one more is refused at once.</summary>
    public const int QueueLength = 16_384;

    private const int BatchLengthMax = 1024;
    private const int Writers = 2;
    private const int WaitingBeforeOverlap = 2 * BatchLengthMax;
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    // A batch that is held up, by a lock or by the network, holds up its own half of the users and not the other one.
    private static readonly TimeSpan TurnWaitMax = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _turn = new(1);

    private readonly Channel<Part>[] _queues =
        [.. Enumerable.Range(0, Writers).Select(_ => Channel.CreateUnbounded<Part>(new UnboundedChannelOptions { SingleReader = true }))];

    private int _waiting;

    /// <summary>What of a submission is for one writer.</summary>
    private readonly record struct Part(Submission Submission, IReadOnlyList<LinkedCommands> LinkedCommands, int Length);

    /// <summary>
    /// The outcomes of the commands, after their commit. A cancellation withdraws commands that still wait; those that
    /// were taken into a batch run to their end.
    /// </summary>
    public async Task<Outcome[]> ApplyAsync(Command[] commands, bool[]? linked, CancellationToken cancellationToken)
    {
        var submission = new Submission(commands, linked, time.GetTimestamp());
        if (Interlocked.Add(ref _waiting, commands.Length) > QueueLength)
        {
            Interlocked.Add(ref _waiting, -commands.Length);
            return AllOf(commands.Length, OutcomeCode.Overloaded);
        }
        foreach (var (writer, part) in PartsOf(submission, linked is not null))
        {
            if (!_queues[writer].Writer.TryWrite(part))
            {
                // The service stops.
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

    /// <summary>Takes no more commands and ends when those that wait are answered.</summary>
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_queues.Select(queue => WriteAsync(queue.Reader)));

    private async Task WriteAsync(ChannelReader<Part> queue)
    {
        await Task.Yield();
        // Not the stopping token: what waits when the service stops is still done.
        while (await queue.WaitToReadAsync(CancellationToken.None))
        {
            var hasTurn = Volatile.Read(ref _waiting) < WaitingBeforeOverlap && await _turn.WaitAsync(TurnWaitMax, CancellationToken.None);
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
        while (length < BatchLengthMax && queue.TryRead(out var part))
        {
            Interlocked.Add(ref _waiting, -part.Length);
            if (!part.Submission.TryTake())
            {
                continue;
            }
            if (time.GetElapsedTime(part.Submission.QueuedAt) > WaitMax)
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
        try
        {
            var outcomes = await store.ApplyAsync(batch, CancellationToken.None);
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
            Answer(batch, OutcomeCode.DatabaseUnavailable);
        }
        catch (Exception exception) when (exception is PostgresException or LedgerCorruptException && batch.Count > 1)
        {
            // Something in it is refused: by halves, so that the bad one fails alone.
            await CommitAsync(batch[..(batch.Count / 2)]);
            await CommitAsync(batch[(batch.Count / 2)..]);
        }
        catch (Exception exception)
        {
            // A bug. The doors log it, with the call that met it.
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

    [LoggerMessage(LogLevel.Error, "The database went away under a batch of {Count} groups of linked commands: {Reason}")]
    private partial void LogOutage(int count, string reason);

    [LoggerMessage(LogLevel.Error, "{Count} linked commands failed within their batch")]
    private partial void LogFailure(int count, Exception exception);
}
