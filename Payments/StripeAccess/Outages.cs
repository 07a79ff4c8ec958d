using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Failures that pass by themselves: worth a line in the log, and no stack trace.</summary>
internal static class Outages
{
    public static bool IsOutage(Exception exception) =>
        exception is StripeUnavailableException or OperationCanceledException
            or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Cancelled }
        || DatabaseErrors.IsOutage(exception);

    /// <summary>What went wrong, in a line.</summary>
    public static string Reason(Exception exception)
    {
        var inner = exception;
        while (inner.InnerException is not null)
        {
            inner = inner.InnerException;
        }
        return exception is RpcException rpc
            ? $"{rpc.StatusCode}: {rpc.Status.Detail}"
            : ReferenceEquals(inner, exception) ? exception.Message : $"{exception.Message} ({inner.Message})";
    }
}
