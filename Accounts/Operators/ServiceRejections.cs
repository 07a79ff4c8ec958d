using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What an operator is told when another service rejects an act.</summary>
internal static class ServiceRejections
{
    /// <summary>Whether a service has decided against the call, which has changed nothing; other failures are outages and bugs.</summary>
    public static bool IsRejection(RpcException exception) =>
        exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.OutOfRange
            or StatusCode.InvalidArgument
        && exception.ErrorCode() is not null;

    /// <summary>409 <c>act_rejected</c> with the service's own code.</summary>
    public static IResult ToProblem(RpcException rejected) => Problems.Of(
        StatusCodes.Status409Conflict, "act_rejected", "Act rejected", rejected.Status.Detail, ("service_code", rejected.ErrorCode()));
}
