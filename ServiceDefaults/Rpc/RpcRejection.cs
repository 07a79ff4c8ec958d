using Grpc.Core;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The error that this service answers a call with. Any other <see cref="RpcException"/> comes from a service that it has called; its
/// code and trailers are part of that service's contract and must not reach our caller.
/// </summary>
/// <param name="status">The status, as documented in the proto.</param>
/// <param name="trailers">With the stable code.</param>
public sealed class RpcRejection(Status status, Metadata trailers) : RpcException(status, trailers);
