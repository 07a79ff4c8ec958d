using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Wakes the loops of this process that work off rows.</summary>
internal sealed class WorkSignals : IDisposable
{
    /// <summary>There are mails to send.</summary>
    public WakeSignal Mails { get; } = new();

    /// <summary>There are wallets to join.</summary>
    public WakeSignal Joins { get; } = new();

    /// <summary>There are posts of alerts to send.</summary>
    public WakeSignal AlertPosts { get; } = new();

    public void Dispose()
    {
        AlertPosts.Dispose();
        Mails.Dispose();
        Joins.Dispose();
    }
}
