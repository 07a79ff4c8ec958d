using System.Threading.Channels;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// Saves a checkpoint of the lots when a wallet has grown, so that however long its history is, a clawback replays little.
/// What is lost here (the service stops, the queue is full) the audit makes up for.
/// </summary>
internal sealed class LotCheckpointer(LotReplay lotReplay, ILogger<LotCheckpointer> logger) : BackgroundService
{
    /// <summary>The number of a wallet's transfers between two checkpoints.</summary>
    public const int Interval = 10_000;

    private const int QueueLength = 10_000;
    private readonly OutageReporter _reporter = new(logger, "A checkpoint of the lots could not be saved");
    private readonly Channel<Guid> _users = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Called with each committed transfer. It neither waits nor fails.</summary>
    public void Committed(IReadOnlyList<Transfer> transfers)
    {
        for (var i = 0; i < transfers.Count; i++)
        {
            if (transfers[i].Sequence % Interval == 0)
            {
                _users.Writer.TryWrite(transfers[i].UserId);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var userId in _users.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await lotReplay.ReadAsync(userId, stoppingToken);
                _reporter.Recovered();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _reporter.Report(exception);
            }
        }
    }
}
