namespace ReelBallers.Payments;

/// <summary>An event that no retry can handle; the message names the member and never its value.</summary>
internal sealed class MalformedEventException(string message, Exception? inner = null) : Exception(message, inner);
