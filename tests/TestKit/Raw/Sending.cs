namespace ReelBallers.TestKit;

/// <summary>How a request's bytes leave the client.</summary>
public enum Sending
{
    /// <summary>All at once; then the client waits for the answer.</summary>
    Whole,

    /// <summary>All but the last bytes; then the client waits, and sends nothing more.</summary>
    Short,

    /// <summary>The body one byte a second.</summary>
    Trickled,

    /// <summary>All but the last bytes; then the client ends its side of the connection.</summary>
    HalfClosed,

    /// <summary>All but the last bytes; then the client resets the connection.</summary>
    Aborted,
}
