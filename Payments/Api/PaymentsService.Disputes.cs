using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Evidence for disputes.</summary>
internal sealed partial class PaymentsService
{
    private const int MaxEvidenceNoteLength = 4_000;

    public override async Task<V1.SubmitDisputeEvidenceResponse> SubmitDisputeEvidence(
        V1.SubmitDisputeEvidenceRequest request, ServerCallContext context)
    {
        if (!StripeIds.IsId(request.DisputeId) || !IsKey(request.Actor) || request.Note.Length > MaxEvidenceNoteLength
            || request.Note.Contains('\0', StringComparison.Ordinal))
        {
            throw Invalid(
                "dispute_id must be an id of Stripe's, actor 1 to 100 printable ASCII characters, and note up to 4000 characters.");
        }
        try
        {
            var (evidence, dispute) = await disputes.SubmitAsync(
                request.DisputeId, request.Actor, request.Note, request.Preview, context.CancellationToken);
            return new V1.SubmitDisputeEvidenceResponse
            {
                Status = dispute.Status ?? "",
                DueBy = dispute.EvidenceDetails?.DueBy is { } due
                    ? Timestamp.FromDateTime(DateTime.SpecifyKind(due, DateTimeKind.Utc)) : null,
                Summary = evidence.UncategorizedText,
                ActivityLog = evidence.AccessActivityLog ?? "",
            };
        }
        catch (StripeUnavailableException outage)
        {
            throw RpcErrors.Reject(
                StatusCode.Unavailable, V1.PaymentsErrorCodes.StripeUnavailable, $"{outage.Message} Call again: the bank takes it once.");
        }
        catch (RpcException outage) when (IsWalletOutage(outage, context))
        {
            throw WalletUnavailable("Call again.");
        }
    }
}
