using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Asks the services what needs an operator, and tells the operators.</summary>
internal sealed partial class AlertWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<AlertWorker> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(5), "The operators could not be told") { Jitter = 0.2 }, time, logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<string, OutageReporter> _outages = ConditionPolls.Services.ToDictionary(
        service => service, service => new OutageReporter(logger, $"What needs an operator could not be read from {service}"));

    private DateTimeOffset _silenceLoggedAt = DateTimeOffset.MinValue;

    /// <summary>One round: who is due is asked, and what is due is told.</summary>
    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        // At once, so that one that does not answer delays no other. Accounts after them.
        await Task.WhenAll(ConditionPolls.Services.SkipLast(1).Select(service => PollAsync(service, cancellationToken)));
        await PollAsync(ConditionPolls.Services[^1], cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var suppressed = await scope.ServiceProvider.GetRequiredService<SilencedAdmin>().FindAsync(cancellationToken);
        LogSilence(suppressed);
        await scope.ServiceProvider.GetRequiredService<AlertDigests>().TellAsync(suppressed is not null, cancellationToken);
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => RunRoundAsync(cancellationToken);

    private void LogSilence(SuppressedAddress? suppressed)
    {
        if (suppressed is not null && Time.GetUtcNow() - _silenceLoggedAt >= LogInterval)
        {
            _silenceLoggedAt = Time.GetUtcNow();
            LogSilenced(logger, suppressed.Reason);
        }
    }

    private async Task PollAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<ConditionPolls>().RunAsync(service, cancellationToken))
            {
                _outages[service].Recovered();
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _outages[service].Report(failure);
        }
    }

    [LoggerMessage(
        LogLevel.Error, "The address of the admin is suppressed ({Reason}): no alert is mailed. POST /api/admin/suppressions/lift")]
    private static partial void LogSilenced(ILogger logger, SuppressionReason reason);
}
