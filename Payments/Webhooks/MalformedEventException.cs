namespace ReelBallers.Payments;

/// <summary>An event that cannot be acted on, however often it is tried; the message names the member and never its value.</summary>
internal sealed class MalformedEventException(string message, Exception? inner = null) : Exception(message, inner);
