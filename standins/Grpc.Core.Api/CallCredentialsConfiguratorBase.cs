namespace Grpc.Core;

/// <summary>For channels: is told what credentials are.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>They are a function.</summary>
    /// <param name="state">The channel's own.</param>
    /// <param name="interceptor">The function.</param>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);

    /// <summary>They are several.</summary>
    /// <param name="state">The channel's own.</param>
    /// <param name="credentials">The parts.</param>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);
}
