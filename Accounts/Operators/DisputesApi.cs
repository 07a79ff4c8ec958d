using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The evidence for a disputed payment: looking at it, and submitting it to the bank, which takes it once.</summary>
internal static class DisputesApi
{
    private const int MaxIdLength = 255;
    private const int MaxNoteLength = 4_000;

    public static void MapDisputes(this RouteGroupBuilder operators)
    {
        operators.MapGet("/disputes/{dispute_id}/evidence", PreviewAsync).RequireRole(Role.Admin).Produces<EvidenceResponse>();
        operators.MapPost("/disputes/{dispute_id}/evidence", SubmitAsync).AsAct().RequireRole(Role.Admin)
            .Produces<EvidenceSubmittedResponse>();
    }

    private static async Task<IResult> PreviewAsync(
        [FromRoute(Name = "dispute_id")] string disputeId, Operator actor, PaymentsService.PaymentsServiceClient payments,
        CancellationToken cancellationToken)
    {
        try
        {
            var request = new SubmitDisputeEvidenceRequest { DisputeId = disputeId, Actor = $"{actor.UserId}", Preview = true };
            var evidence = await payments.SubmitDisputeEvidenceAsync(
                request, deadline: StripeDeadline.FromNow(), cancellationToken: cancellationToken);
            return TypedResults.Ok(new EvidenceResponse(
                disputeId, evidence.Status, evidence.DueBy?.ToDateTimeOffset(), evidence.Summary,
                OperatorMapping.NullIfEmpty(evidence.ActivityLog)));
        }
        catch (RpcException rejected) when (rejected.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return Problems.NotFound("dispute_not_found", "Dispute not found");
        }
    }

    private static async Task<IResult> SubmitAsync(
        [FromRoute(Name = "dispute_id")] string disputeId, EvidenceBody body, Operator actor, HttpContext context, OperatorActs acts,
        PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (body.Note is { } note && (note.Length > MaxNoteLength || note.Contains('\0', StringComparison.Ordinal)))
        {
            errors.Add(("note", $"must have up to {MaxNoteLength} characters"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        if (disputeId.Length > MaxIdLength)
        {
            return OperatorRequests.NotFound();
        }
        var payment = await PaymentActsApi.FindAsync(payments, disputeId, cancellationToken);
        var act = OperatorRequests.Act(
            context, actor, AuditActions.EvidenceSubmitted, payment is null ? null : Guid.Parse(payment.UserId), body) with
        {
            Target = disputeId,
        };
        var request = new SubmitDisputeEvidenceRequest { DisputeId = disputeId, Actor = $"{actor.UserId}", Note = body.Note ?? "" };
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var dispute = await payments.SubmitDisputeEvidenceAsync(
                request, deadline: StripeDeadline.FromNow(), cancellationToken: cancelled);
            var due = dispute.DueBy?.ToDateTimeOffset();
            // The texts are not in the response, which is stored for repetitions.
            return new ActResult(
                TypedResults.Ok(new EvidenceSubmittedResponse(act.ActId, dispute.Status, due)),
                new { status = dispute.Status, due_by = due });
        }, cancellationToken);
    }
}
