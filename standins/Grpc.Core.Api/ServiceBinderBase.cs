namespace Grpc.Core;

/// <summary>A server's own: takes the methods of a service.</summary>
public abstract class ServiceBinderBase
{
    /// <summary>Takes a method that serves a unary call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Serves it; null where only the methods are asked for.</param>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw new NotImplementedException();

    /// <summary>Takes a method that serves a call with many requests.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Serves it; null where only the methods are asked for.</param>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw new NotImplementedException();

    /// <summary>Takes a method that serves a call with many responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Serves it; null where only the methods are asked for.</param>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw new NotImplementedException();

    /// <summary>Takes a method that serves a call with many requests and many responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Serves it; null where only the methods are asked for.</param>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class =>
        throw new NotImplementedException();
}
