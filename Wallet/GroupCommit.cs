using System.Threading.Channels;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Concurrent commands become one batch, one commit. While a batch is being written the next ones queue up and are then
/// taken all together; nobody waits for a batch to fill. So a hot wallet is as fast as many cold ones.
/// </summary>
internal sealed partial class GroupCommit(LedgerStore store, TimeProvider time, ILogger<GroupCommit> logger) : BackgroundService
{
    /// <summary>How many commands may wait; one more is refused at once.</summary>
    public const int QueueLength = 16_384;

    private const int BatchLengthMax = 1024;
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    private readonly Channel<Submission> _queue = Channel.CreateUnbounded<Submission>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;

    /// <summary>
    /// The outcomes of the commands, after their commit. A cancellation withdraws commands that still wait; those that
    /// were taken into a batch run to their end.
    /// </summary>
    public async Task<Outcome[]> ApplyAsync(Command[] commands, bool[]? linked, CancellationToken cancellationToken)
    {
        var submission = new Submission(commands, linked, time.GetTimestamp());
        if (Interlocked.Add(ref _waiting, commands.Length) > QueueLength || !_queue.Writer.TryWrite(submission))
        {
            Interlocked.Add(ref _waiting, -commands.Length);
            return AllOf(commands.Length, OutcomeCode.Overloaded);
        }
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Submission)state!).Withdraw(token), submission);
        return await submission.Outcomes;
    }

    /// <summary>Takes no more commands and ends when those that wait are answered.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Chain>();
        // Not the stopping token: what waits when the service stops is still done.
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var length = 0;
            while (length < BatchLengthMax && _queue.Reader.TryRead(out var submission))
            {
                Interlocked.Add(ref _waiting, -submission.Commands.Length);
                if (!submission.TryTake())
                {
                    continue;
                }
                if (time.GetElapsedTime(submission.QueuedAt) > WaitMax)
                {
                    submission.Answer(0, AllOf(submission.Commands.Length, OutcomeCode.Overloaded));
                    continue;
                }
                length += submission.Commands.Length;
                batch.AddRange(submission.Chains());
            }
            if (batch.Count > 0)
            {
                await CommitAsync(batch);
            }
            batch.Clear();
        }
    }

    private async Task CommitAsync(List<Chain> batch)
    {
        try
        {
            var outcomes = await store.ApplyAsync(batch, CancellationToken.None);
            var next = 0;
            foreach (var chain in batch)
            {
                chain.Submission.Answer(chain.Offset, outcomes.AsSpan(next, chain.Length));
                next += chain.Length;
            }
        }
        catch (Exception exception) when (DatabaseErrors.IsOutage(exception))
        {
            LogOutage(batch.Count, exception.Message);
            batch.ForEach(chain => chain.Submission.Answer(chain.Offset, AllOf(chain.Length, OutcomeCode.DatabaseUnavailable)));
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
            batch.ForEach(chain => Fail(chain, exception));
        }
    }

    private void Fail(Chain chain, Exception exception)
    {
        if (chain.Length == chain.Submission.Commands.Length)
        {
            chain.Submission.Fail(exception);
            return;
        }
        LogFailure(chain.Length, exception);
        chain.Submission.Answer(chain.Offset, AllOf(chain.Length, OutcomeCode.InternalError));
    }

    private static Outcome[] AllOf(int length, OutcomeCode code)
    {
        var outcomes = new Outcome[length];
        Array.Fill(outcomes, new Outcome(code));
        return outcomes;
    }

    [LoggerMessage(LogLevel.Error, "The database went away under a batch of {Count} chains of commands: {Reason}")]
    private partial void LogOutage(int count, string reason);

    [LoggerMessage(LogLevel.Error, "A chain of {Count} commands failed within its batch")]
    private partial void LogFailure(int count, Exception exception);
}
