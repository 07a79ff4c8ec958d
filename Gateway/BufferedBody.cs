namespace ReelBallers.Gateway;

/// <summary>
/// A request's body, which has arrived completely. Reading it cannot fail, not even when its connection to a service ends: YARP would
/// blame the client for that and answer with 400. The error is seen by the write that follows, and counts as the service's.
/// </summary>
internal sealed class BufferedBody(int capacityBytes) : MemoryStream(capacityBytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));
}
