namespace ReelBallers.Media;

/// <summary>npm could not fetch packages; the message is a clause that says why.</summary>
internal sealed class NpmException(string message) : Exception(message);
