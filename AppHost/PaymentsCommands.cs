using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.AppHost;

/// <summary>What the dashboard can do to Payments.</summary>
internal static class PaymentsCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs the reconciler at once, by the gRPC call that operators use; the Gateway does not offer it.</summary>
    public static IResourceBuilder<ProjectResource> WithReconcileCommand(
        this IResourceBuilder<ProjectResource> payments, IResourceBuilder<ParameterResource> internalCredential)
    {
        var endpoint = payments.GetEndpoint("http");
        return payments.WithCommand(
            "reconcile", "Run the reconciler now",
            context => ReconcileAsync(endpoint, internalCredential.Resource, context.CancellationToken),
            new CommandOptions
            {
                Description = "Compares Stripe with our records and repairs what lost webhooks left undone.",
                IconName = "ArrowSync",
                IsHighlighted = true,
                UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                    ? ResourceCommandState.Enabled
                    : ResourceCommandState.Disabled,
            });
    }

    private static async Task<ExecuteCommandResult> ReconcileAsync(
        EndpointReference payments, ParameterResource credential, CancellationToken cancellationToken)
    {
        var headers = new Metadata { { InternalHeaders.Credential, await credential.GetValueAsync(cancellationToken) ?? "" } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var channel = GrpcChannel.ForAddress(payments.Url);
        try
        {
            var repaired = await new PaymentsService.PaymentsServiceClient(channel).ReconcileAsync(
                new ReconcileRequest(), headers, cancellationToken: patience.Token);
            var report = $"Repaired: {repaired.Sessions} checkouts, {repaired.Refunds} refunds, {repaired.Disputes} disputes, "
                + $"{repaired.Events} events, {repaired.Commands} commands to the wallet.";
            return repaired.IncompleteSteps.Count == 0
                ? CommandResults.Success(report)
                : CommandResults.Failure($"{report} Left to the next round: {string.Join(", ", repaired.IncompleteSteps)}.");
        }
        catch (RpcException refusal)
        {
            return CommandResults.Failure(refusal.Status.Detail);
        }
    }
}
