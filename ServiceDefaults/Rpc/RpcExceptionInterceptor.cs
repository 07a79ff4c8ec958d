using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Converts exceptions of gRPC handlers, also those of calls to other services, to statuses without internal details, and logs them once.
/// </summary>
internal sealed partial class RpcExceptionInterceptor(ILogger<RpcExceptionInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcRejection)
        {
            throw ToRpcException(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, new CancelledWrites<TResponse>(responseStream, context), context);
        }
        catch (Exception exception) when (exception is not RpcRejection)
        {
            throw ToRpcException(exception, context);
        }
    }

    private RpcException ToRpcException(Exception exception, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested
            && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            return new RpcException(new Status(StatusCode.Cancelled, "The caller has cancelled the call."));
        }
        if (DatabaseErrors.IsOutage(exception))
        {
            LogDatabaseOutage(context.Method, exception.GetBaseException().Message);
            return RpcErrors.Reject(StatusCode.Unavailable, "database_unavailable", "The database is unavailable.");
        }
        if (Outages.IsOutage(exception))
        {
            LogOutage(context.Method, Outages.Reason(exception));
            return RpcErrors.Reject(StatusCode.Unavailable, "service_unavailable", "A service that the call needs is unavailable.");
        }
        LogBug(context.Method, exception);
        return RpcErrors.Reject(StatusCode.Internal, "internal_error", "The failure was logged.");
    }

    [LoggerMessage(LogLevel.Error, "{Method} failed")]
    private partial void LogBug(string method, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Method}: the database is unavailable ({Reason})")]
    private partial void LogDatabaseOutage(string method, string reason);

    [LoggerMessage(LogLevel.Warning, "{Method}: a dependency is unavailable ({Reason})")]
    private partial void LogOutage(string method, string reason);
}
