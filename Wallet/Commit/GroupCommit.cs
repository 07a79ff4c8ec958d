using System.Threading.Channels;

namespace ReelBallers.Wallet;

/// <summary>
/// Commits concurrent commands in batches. Commands that arrive while a batch is being written form the next batch; no
/// command waits for a batch to fill. One busy wallet is therefore as fast as many. There are two writers, each for half of
/// the users. Under high load they overlap: one decides while the database works for the other. Under low load they take
/// turns, since fewer and longer batches cost less than the overlap gains. The commands of a wallet that stays locked do not
/// wait in a batch: see <see cref="LockedWallets"/>.
/// </summary>
internal sealed partial class GroupCommit(
    BatchCommitter committer, LockedWallets locked, WalletMeter meter, TimeProvider time, ILogger<GroupCommit> logger) : BackgroundService
{
    /// <summary>The maximum number of waiting commands; further ones are rejected.</summary>
    public const int QueueLength = 16_384;

    /// <summary>The number of connections: one for each writer, and two for the commands of locked wallets.</summary>
    public const int Connections = Writers + 2;

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
        if (Interlocked.Add(ref _waiting, commands.Length) + locked.Length > QueueLength)
        {
            Interlocked.Add(ref _waiting, -commands.Length);
            meter.NotExecuted(commands.Length, OutcomeCode.Overloaded);
            return Outcome.Of(OutcomeCode.Overloaded, commands.Length);
        }
        foreach (var (writer, part) in PartsOf(submission, linked is not null))
        {
            if (!_queues[writer].Writer.TryWrite(part))
            {
                // The service is stopping.
                Interlocked.Add(ref _waiting, -part.Length);
                committer.NotExecuted(part.LinkedCommands, OutcomeCode.Overloaded);
            }
        }
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Submission)state!).Withdraw(token), submission);
        return await submission.Outcomes;
    }

    /// <summary>As one call for each command, in one step.</summary>
    public async Task<Outcome[]> ApplyEachAsync(Command[] commands, CancellationToken cancellationToken) =>
        await Task.WhenAll(commands.Select(command => ApplyOneAsync(command, cancellationToken)));

    private async Task<Outcome> ApplyOneAsync(Command command, CancellationToken cancellationToken)
    {
        try
        {
            return (await ApplyAsync([command], null, cancellationToken))[0];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(command.UserId, exception);
            return new Outcome(OutcomeCode.InternalError);
        }
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
        meter.ObserveQueue(() => Volatile.Read(ref _waiting) + locked.Length);
        return Task.WhenAll(WriteAllAsync(), Task.Run(locked.RunAsync, CancellationToken.None));
    }

    private async Task WriteAllAsync()
    {
        try
        {
            // In the order in which they end: one that fails ends the service, however busy the other is.
            var writers = Task.WhenEach(_queues.Select(queue => WriteAsync(queue.Reader)));
            await foreach (var writer in writers.WithCancellation(CancellationToken.None))
            {
                await writer;
            }
        }
        finally
        {
            locked.Stop();
        }
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
            catch (Exception exception)
            {
                // The writer goes on: without it, the commands of half of the users would wait for nothing.
                LogWriterFailed(exception);
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
                committer.NotExecuted(part.LinkedCommands, OutcomeCode.Overloaded);
                continue;
            }
            length += part.Length;
            batch.AddRange(part.LinkedCommands);
        }
        try
        {
            locked.Divert(batch);
            if (batch.Count > 0)
            {
                locked.Add(await committer.CommitAsync(batch, waitForLocks: true));
            }
        }
        catch (Exception exception)
        {
            committer.Fail(batch, exception);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "A command of {UserId} failed")]
    private partial void LogFailed(Guid userId, Exception exception);

    [LoggerMessage(LogLevel.Critical, "A batch failed in an unexpected way")]
    private partial void LogWriterFailed(Exception exception);
}
