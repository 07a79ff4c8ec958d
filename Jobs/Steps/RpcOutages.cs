using Grpc.Core;

namespace ReelBallers.Jobs;

/// <summary>Tells a service that is out of reach, or silent, from one that says no.</summary>
internal static class RpcOutages
{
    /// <param name="exception">What the call ended in; a deadline of ours that has passed is a cancellation.</param>
    /// <param name="cancellationToken">The caller's own.</param>
    public static bool IsOutage(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RpcException rpc => rpc.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };
}
