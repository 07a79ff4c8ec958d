namespace Grpc.Core;

/// <summary>Takes messages to send.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written, or null for the call's way.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends a message; one at a time.</summary>
    /// <param name="message">The message.</param>
    Task WriteAsync(T message);

    /// <summary>Sends a message; one at a time.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">On a client, cancels the whole call.</param>
    /// <exception cref="NotSupportedException">This writer cannot be cancelled, and the token can.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("This stream's writes cannot be cancelled.")
        : WriteAsync(message);
}
