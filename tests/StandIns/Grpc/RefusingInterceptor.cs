using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ReelBallers.StandIns.Tests.Grpc;

/// <summary>Lets no unary call through that does not carry the password.</summary>
internal sealed class RefusingInterceptor : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        context.RequestHeaders.GetValue("x-password") == "sesame"
            ? continuation(request, context)
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "who are you?"));
}
