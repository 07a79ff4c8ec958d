namespace Grpc.Core;

/// <summary>The server's side of a stream of responses; it ends when the method returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
