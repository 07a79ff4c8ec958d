namespace Aspire.Hosting;

/// <summary>The application cannot be what was asked for; the message says why and what to do next.</summary>
/// <param name="message">For a person.</param>
/// <param name="inner">What it came from.</param>
public sealed class DistributedApplicationException(string message, Exception? inner = null) : Exception(message, inner);
