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

    /// <summary>There are approved acts to carry out; nobody wakes it, since the request that approves one carries it out.</summary>
    public WakeSignal Approvals { get; } = new();

    /// <summary>There are accounts to delete.</summary>
    public WakeSignal Deletions { get; } = new();

    /// <summary>There are posts of alerts to send.</summary>
    public WakeSignal AlertPosts { get; } = new();

    public void Dispose()
    {
        AlertPosts.Dispose();
        Approvals.Dispose();
        Deletions.Dispose();
        Mails.Dispose();
        Joins.Dispose();
        Webhooks.Dispose();
    }
}
