using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Options of the ledger: the configuration section <c>Ledger</c>.</summary>
internal sealed record LedgerPolicy : IValidatedOptions
{
    /// <summary>
    /// Whether top-ups and refunds of holds are used first to pay the receivable that a clawback of spent credits left.
    /// If not, the receivable stays until the payment is reinstated.
    /// </summary>
    public bool CollectsReceivables { get; init; } = true;

    // Each value of the type is valid.
    public void Validate(OptionsErrors errors)
    {
    }
}
