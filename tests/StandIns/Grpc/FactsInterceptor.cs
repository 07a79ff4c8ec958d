using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ReelBallers.StandIns.Tests.Grpc;

/// <summary>Sends back what the server knows of a unary call, as trailers.</summary>
internal sealed class FactsInterceptor : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        context.UserState["note"] = "kept";
        var response = await continuation(request, context);
        context.ResponseTrailers.Add("facts-method", context.Method);
        context.ResponseTrailers.Add("facts-host", context.Host);
        context.ResponseTrailers.Add("facts-peer", context.Peer);
        context.ResponseTrailers.Add("facts-authenticated", context.AuthContext.IsPeerAuthenticated.ToString());
        context.ResponseTrailers.Add("facts-state", (string)context.UserState["note"]);
        context.Status = new Status(StatusCode.OK, "set by the server");
        return response;
    }
}
