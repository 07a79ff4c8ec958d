using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ReelBallers.ServiceDefaults;

/// <summary>Adds the internal credential to every outgoing call, and a deadline if the caller set none.</summary>
public sealed class OutgoingCallInterceptor(InternalCredential credential) : Interceptor
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var options = WithCredential(context.Options);
        if (options.Deadline is null)
        {
            options = options.WithDeadline(RpcDeadlines.After(DefaultDeadline));
        }
        return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options));
    }

    /// <inheritdoc />
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, new ClientInterceptorContext<TRequest, TResponse>(
            context.Method, context.Host, WithCredential(context.Options)));

    private CallOptions WithCredential(CallOptions options)
    {
        var headers = new Metadata();
        foreach (var entry in options.Headers ?? Metadata.Empty)
        {
            headers.Add(entry);
        }
        headers.Add(InternalCredential.HeaderName, credential.Value);
        return options.WithHeaders(headers);
    }
}
