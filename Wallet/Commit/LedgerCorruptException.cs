namespace ReelBallers.Wallet;

/// <summary>What is stored cannot have come from the rules: a bug, or an edit behind the service's back.</summary>
internal sealed class LedgerCorruptException(string message) : Exception(message);
