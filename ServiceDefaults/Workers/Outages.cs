using Grpc.Core;

namespace ReelBallers.ServiceDefaults;

/// <summary>Tells a temporary failure of a dependency, worth a line in the log without its stack, from a bug.</summary>
public static class Outages
{
    /// <summary>Whether the same work may succeed later.</summary>
    public static bool IsOutage(Exception exception) =>
        exception is DependencyUnavailableException or OperationCanceledException
            or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded }
            or RpcException { StatusCode: StatusCode.ResourceExhausted or StatusCode.Cancelled }
            // The client's own status for a connection that was lost, as by a keep-alive ping without an answer.
            or RpcException { StatusCode: StatusCode.Internal, Status.DebugException: HttpRequestException or IOException }
        || DatabaseErrors.IsOutage(exception);

    /// <summary>Whether the same call may succeed later; its caller's own cancellation is not an outage.</summary>
    public static bool IsOutage(Exception exception, CancellationToken callerToken) =>
        IsOutage(exception)
        && !(callerToken.IsCancellationRequested
            && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled });

    /// <summary>What failed, in one line.</summary>
    public static string Reason(Exception exception)
    {
        var inner = exception.GetBaseException();
        return exception is RpcException rpc
            ? $"{rpc.StatusCode}: {rpc.Status.Detail}"
            : ReferenceEquals(inner, exception) ? exception.Message : $"{exception.Message} ({inner.Message})";
    }
}
