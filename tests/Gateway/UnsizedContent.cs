using System.Net;

namespace ReelBallers.Gateway.Tests;

/// <summary>A body of a length that is not said.</summary>
internal sealed class UnsizedContent(Func<Stream, Task> write) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
