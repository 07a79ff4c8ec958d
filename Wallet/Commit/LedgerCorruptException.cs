namespace ReelBallers.Wallet;

/// <summary>The stored data violates the rules: a bug, or a direct edit of the database.</summary>
internal sealed class LedgerCorruptException(string message) : Exception(message);
