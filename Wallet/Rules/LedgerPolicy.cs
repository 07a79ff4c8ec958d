namespace ReelBallers.Wallet;

/// <summary>What operators decide about the ledger: the configuration section <c>Ledger</c>.</summary>
internal sealed record LedgerPolicy
{
    /// <summary>
    /// Whether a top-up, and what a hold gives back, first pays what a clawback of spent credits left open. If not, that
    /// stays open until it is reinstated.
    /// </summary>
    public bool CollectsReceivables { get; init; } = true;
}
