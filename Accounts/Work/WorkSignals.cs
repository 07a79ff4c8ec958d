using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Wakes the loops of this process that work off rows.</summary>
internal sealed class WorkSignals : IDisposable
{
    /// <summary>There are mails to send.</summary>
    public WakeSignal Mails { get; } = new();

    /// <summary>There are wallets to join.</summary>
    public WakeSignal Joins { get; } = new();

    /// <summary>There are events to post to other systems.</summary>
    public WakeSignal Webhooks { get; } = new();

    public void Dispose()
    {
        Mails.Dispose();
        Joins.Dispose();
        Webhooks.Dispose();
    }
}
