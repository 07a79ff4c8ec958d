using Microsoft.AspNetCore.Mvc;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Acts on a payment.</summary>
internal static class PaymentActsApi
{
    private const int MaxPaymentIdLength = 255;
    private const int MaxNoteLength = 500;

    public static void MapPaymentActs(this RouteGroupBuilder operators) =>
        operators.MapPost("/payments/{payment_id}/refund", RefundAsync).AsAct().RequireRole(Role.Admin);

    private static async Task<IResult> RefundAsync(
        [FromRoute(Name = "payment_id")] string paymentId, RefundBody body, Operator actor, HttpContext context,
        OperatorActs acts, PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (body.AmountCents is < 1)
        {
            errors.Add(("amount_cents", "must be an integer from 1, or missing for all that is left"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        if (paymentId.Length > MaxPaymentIdLength)
        {
            return OperatorRequests.NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.PaymentRefunded, subjectId: null, body) with
        {
            Target = paymentId,
            After = new { amount_cents = body.AmountCents, force = body.Force },
        };
        var request = new RefundPaymentRequest
        {
            PaymentIntentId = paymentId,
            IdempotencyKey = act.ActId.ToString(),
            AmountCents = body.AmountCents ?? 0,
            Force = body.Force,
            Actor = actor.UserId.ToString(),
            Note = act.Reason[..Math.Min(act.Reason.Length, MaxNoteLength)],
        };
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var refund = await payments.RefundPaymentAsync(request, cancellationToken: cancelled);
            var response = new RefundResponse(act.ActId, refund.RefundId, refund.AmountCents, refund.RefundedCents);
            return new ActResult(TypedResults.Ok(response), new { response.RefundId, response.AmountCents, response.RefundedCents });
        }, cancellationToken);
    }
}
