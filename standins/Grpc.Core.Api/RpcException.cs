namespace Grpc.Core;

/// <summary>A call that ended with a status other than OK: thrown by a client's call, and by a service's method to end one.</summary>
public class RpcException : Exception
{
    /// <summary>A refusal without trailers.</summary>
    /// <param name="status">The outcome.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>A refusal with a message of its own, which stays on this side.</summary>
    /// <param name="status">The outcome.</param>
    /// <param name="message">The exception's message.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>A refusal with trailers.</summary>
    /// <param name="status">The outcome.</param>
    /// <param name="trailers">Further facts, sent after the response.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>A refusal with trailers and a message of its own, which stays on this side.</summary>
    /// <param name="status">The outcome.</param>
    /// <param name="trailers">Further facts, sent after the response.</param>
    /// <param name="message">The exception's message.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>The outcome.</summary>
    public Status Status { get; }

    /// <summary>The outcome's code.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>What was sent after the response.</summary>
    public Metadata Trailers { get; }
}
