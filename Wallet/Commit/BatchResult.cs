namespace ReelBallers.Wallet;

/// <summary>What became of a batch.</summary>
/// <param name="Decided">The commands that were decided and committed.</param>
/// <param name="Outcomes">The outcomes of these commands, in order.</param>
/// <param name="SetAside">Not executed: another transaction keeps a wallet locked that these commands need.</param>
internal sealed record BatchResult(
    IReadOnlyList<LinkedCommands> Decided, Outcome[] Outcomes, IReadOnlyList<LinkedCommands> SetAside);
