using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>A lease that is renewed while the work lasts, however long a step of it takes.</summary>
internal sealed partial class RenewedLease : IAsyncDisposable
{
    private static readonly TimeSpan Renewal = WorkerLeases.Length / 6;

    private readonly IServiceScopeFactory _scopes;
    private readonly string _name;
    private readonly Guid _holder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _over;
    private readonly Task _renewing;

    private RenewedLease(
        IServiceScopeFactory scopes, string name, Guid holder, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        (_scopes, _name, _holder, _time, _logger) = (scopes, name, holder, time, logger);
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled with the work, and when the lease is lost to another replica.</summary>
    public CancellationToken Token => _over.Token;

    /// <summary>Whether another replica has taken over.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Null when it is not due, or another run holds the lease.</summary>
    public static async Task<RenewedLease?> TryTakeAsync(
        IServiceScopeFactory scopes, string name, bool isDueOnly, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid();
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<WorkerLeases>().TryTakeAsync(name, holder, isDueOnly, cancellationToken)
            ? new RenewedLease(scopes, name, holder, time, logger, cancellationToken)
            : null;
    }

    /// <summary>Ends the lease.</summary>
    public async Task ReleaseAsync(DateTimeOffset nextDue)
    {
        await using var scope = _scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WorkerLeases>().ReleaseAsync(_name, _holder, nextDue, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _renewing;
        _over.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal, _time);
        var renewedAt = _time.GetTimestamp();
        while (!IsLost)
        {
            try
            {
                await timer.WaitForNextTickAsync(_over.Token);
                await using var scope = _scopes.CreateAsyncScope();
                IsLost = !await scope.ServiceProvider.GetRequiredService<WorkerLeases>().KeepAsync(_name, _holder, _over.Token);
                renewedAt = _time.GetTimestamp();
            }
            catch (OperationCanceledException) when (_over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogNotRenewed(_logger, _name, Outages.Reason(failure), Outages.IsOutage(failure) ? null : failure);
                // It may have expired: another replica may work.
                IsLost = _time.GetElapsedTime(renewedAt) > WorkerLeases.Length;
            }
        }
        LogLost(_logger, _name);
        await _over.CancelAsync();
    }

    [LoggerMessage(LogLevel.Warning, "The lease {Name} could not be renewed ({Reason})")]
    private static partial void LogNotRenewed(ILogger logger, string name, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Warning, "The lease {Name} was lost to another replica, which continues")]
    private static partial void LogLost(ILogger logger, string name);
}
