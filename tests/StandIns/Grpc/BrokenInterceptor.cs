using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ReelBallers.StandIns.Tests.Grpc;

internal sealed class BrokenInterceptor : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        throw new InvalidOperationException("secret");
}
