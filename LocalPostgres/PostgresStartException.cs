namespace LocalPostgres;

/// <summary>PostgreSQL is missing or does not start; the message says why and what to do next.</summary>
public sealed class PostgresStartException(string message, Exception? inner = null) : Exception(message, inner);
