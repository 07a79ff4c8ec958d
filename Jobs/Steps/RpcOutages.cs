using Grpc.Core;

namespace ReelBallers.Jobs;

/// <summary>Distinguishes a service that does not answer from one that rejects a call.</summary>
internal static class RpcOutages
{
    /// <param name="exception">What the call threw; our own deadline appears as a cancellation.</param>
    /// <param name="cancellationToken">The caller's token, whose cancellation is not an outage.</param>
    public static bool IsOutage(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RpcException rpc => rpc.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };
}
