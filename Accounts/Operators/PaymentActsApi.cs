using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Acts on a payment.</summary>
internal static class PaymentActsApi
{
    private const int MaxPaymentIdLength = 255;

    public static void MapPaymentActs(this RouteGroupBuilder operators) =>
        operators.MapPost("/payments/{payment_id}/refund", RefundAsync).AsAct().RequireRole(Role.Admin)
            .Produces<RefundResponse>().Produces<ApprovalResponse>(StatusCodes.Status202Accepted);

    private static async Task<IResult> RefundAsync(
        [FromRoute(Name = "payment_id")] string paymentId, RefundBody body, Operator actor, HttpContext context,
        Approvals approvals, PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken)
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
        var payment = await FindAsync(payments, paymentId, cancellationToken);
        Guid? userId = payment is null ? null : Guid.Parse(payment.UserId);
        var act = OperatorRequests.Act(context, actor, AuditActions.PaymentRefunded, userId, body) with
        {
            Target = paymentId,
            After = new { amount_cents = body.AmountCents, force = body.Force },
        };
        var request = new MoneyAct(MoneyAct.Refund, PaymentId: paymentId, AmountCents: body.AmountCents, Force: body.Force);
        // What is left of the payment can only shrink until then.
        var cents = body.AmountCents ?? LeftOf(payment);
        return await approvals.RunAsync(act, request, cents, cancellationToken);
    }

    private static long LeftOf(Payment? payment) => payment is null
        ? 0
        : (payment.CreditedAt is null ? payment.AmountCents : payment.PaidCents) - payment.RefundedCents;

    /// <summary>The payment by one of its ids at Stripe, that of a dispute too; null when Payments does not know it.</summary>
    public static async Task<Payment?> FindAsync(
        PaymentsService.PaymentsServiceClient payments, string paymentId, CancellationToken cancellationToken)
    {
        try
        {
            return await payments.FindPaymentAsync(new FindPaymentRequest { Id = paymentId }, cancellationToken: cancellationToken);
        }
        catch (RpcException rejected) when (ServiceRejections.IsRejection(rejected))
        {
            // As the refund itself will say.
            return null;
        }
    }
}
