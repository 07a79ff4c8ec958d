using Grpc.Core;
using ReelBallers.Operations.V1;

namespace ReelBallers.ServiceDefaults;

/// <summary>The gRPC service by which a service says what needs an operator.</summary>
public sealed class ConditionsService(ConditionLists lists) : OperationsService.OperationsServiceBase
{
    /// <inheritdoc />
    public override async Task ListConditions(
        ListConditionsRequest request, IServerStreamWriter<ConditionList> responseStream, ServerCallContext context)
    {
        await foreach (var list in lists.ReadAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(list, context.CancellationToken);
        }
    }
}
