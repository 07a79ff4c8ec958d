using Grpc.Core;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// A response stream whose writes end in one way when the caller has left: Grpc.AspNetCore throws
/// <see cref="InvalidOperationException"/> for a write that begins after the cancellation, which would be logged as a bug.
/// </summary>
internal sealed class CancelledWrites<T>(IServerStreamWriter<T> inner, ServerCallContext context) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        try
        {
            await inner.WriteAsync(message, cancellationToken);
        }
        catch (InvalidOperationException failure) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(failure.Message, failure, context.CancellationToken);
        }
    }
}
