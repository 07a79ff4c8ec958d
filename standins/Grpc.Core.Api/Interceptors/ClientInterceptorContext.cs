namespace Grpc.Core.Interceptors;

/// <summary>What an interceptor on a client knows of a call.</summary>
/// <param name="method">The method.</param>
/// <param name="host">An authority other than the channel's, or null.</param>
/// <param name="options">The options.</param>
public struct ClientInterceptorContext<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    where TRequest : class
    where TResponse : class
{
    /// <summary>The method.</summary>
    public Method<TRequest, TResponse> Method { get; } = method;

    /// <summary>An authority other than the channel's, or null.</summary>
    public string? Host { get; } = host;

    /// <summary>The options.</summary>
    public CallOptions Options { get; } = options;
}
