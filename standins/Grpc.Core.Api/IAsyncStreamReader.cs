namespace Grpc.Core;

/// <summary>Messages as they arrive.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext"/> found.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; one wait at a time.</summary>
    /// <param name="cancellationToken">On a client, cancels the whole call.</param>
    /// <returns>Whether there is one; false at the end of the stream.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
