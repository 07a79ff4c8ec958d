using System.Threading.Channels;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Makes one batch, and so one commit, of all commands that arrive while the former batch commits. No waiting for a
/// batch to fill: the busier it is, the fuller they get by themselves.
/// </summary>
internal sealed partial class GroupCommit(LedgerStore store, TimeProvider time, ILogger<GroupCommit> logger) : BackgroundService
{
    /// <summary>How many commands may wait; one more is refused at once.</summary>
    public const int QueueLength = 8192;

    private const int BatchLengthMax = 1024;
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    private readonly Channel<PendingCommand> _queue = Channel.CreateBounded<PendingCommand>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });

    /// <summary>
    /// The outcome of the command, after its commit. A cancellation withdraws a command that still waits; one that was
    /// taken into a batch runs to its end.
    /// </summary>
    public async Task<Outcome> ApplyAsync(Command command, CancellationToken cancellationToken)
    {
        var pending = new PendingCommand(command, time.GetTimestamp());
        if (!_queue.Writer.TryWrite(pending))
        {
            return new Outcome(OutcomeCode.Overloaded);
        }
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingCommand)state!).Withdraw(token), pending);
        return await pending.Outcome;
    }

    /// <summary>Takes no more commands and ends when those that wait are answered.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PendingCommand>();
        // Not the stopping token: what waits when the service stops is still done.
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchLengthMax && _queue.Reader.TryRead(out var pending))
            {
                if (!pending.TryTake())
                {
                    continue;
                }
                if (time.GetElapsedTime(pending.QueuedAt) > WaitMax)
                {
                    pending.Answer(new Outcome(OutcomeCode.Overloaded));
                    continue;
                }
                batch.Add(pending);
            }
            await CommitAsync(batch);
            batch.Clear();
        }
    }

    private async Task CommitAsync(List<PendingCommand> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }
        try
        {
            var outcomes = await store.ApplyAsync(batch.ConvertAll(pending => pending.Command), CancellationToken.None);
            for (var i = 0; i < outcomes.Length; i++)
            {
                batch[i].Answer(outcomes[i]);
            }
        }
        catch (Exception exception) when (DatabaseErrors.IsOutage(exception))
        {
            LogOutage(batch.Count, exception);
            batch.ForEach(pending => pending.Answer(new Outcome(OutcomeCode.DatabaseUnavailable)));
        }
        catch (PostgresException) when (batch.Count > 1)
        {
            // The database refuses something in it: one by one, so that the bad one fails alone.
            foreach (var pending in batch)
            {
                await CommitAsync([pending]);
            }
        }
        catch (Exception exception)
        {
            // A bug. The doors log it, with the call that met it.
            batch.ForEach(pending => pending.Fail(exception));
        }
    }

    [LoggerMessage(LogLevel.Error, "The database went away under a batch of {Count} commands")]
    private partial void LogOutage(int count, Exception exception);
}
