namespace Grpc.Core;

/// <summary>Makes calls: a channel's own way, or one with interceptors before it.</summary>
public abstract class CallInvoker
{
    /// <summary>Makes a unary call and blocks until it ends.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">An authority other than the channel's, or null.</param>
    /// <param name="options">The options.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="RpcException">The call did not end with OK.</exception>
    public abstract TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Begins a unary call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">An authority other than the channel's, or null.</param>
    /// <param name="options">The options.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Begins a call with many responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">An authority other than the channel's, or null.</param>
    /// <param name="options">The options.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Begins a call with many requests.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">An authority other than the channel's, or null.</param>
    /// <param name="options">The options.</param>
    public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;

    /// <summary>Begins a call with many requests and many responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">An authority other than the channel's, or null.</param>
    /// <param name="options">The options.</param>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;
}
