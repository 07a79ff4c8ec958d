using Grpc.Core;
using Grpc.Core.Interceptors;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

/// <summary>Adds metadata to a unary call, and wraps its response.</summary>
internal sealed class ChangingInterceptor : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var options = context.Options.WithHeaders(new Metadata { { "x-added", "by the interceptor" } });
        var call = continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options));
        return new AsyncUnaryCall<TResponse>(
            Changed(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private static async Task<TResponse> Changed<TResponse>(Task<TResponse> response)
    {
        var value = await response;
        if (value is SayResponse say)
        {
            say.Text += " (changed)";
        }

        return value;
    }
}
