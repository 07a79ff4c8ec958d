using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/admin/suppressions/lift</c>.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Email">The address; it needs no account.</param>
internal sealed record LiftBody(string? Reason = null, string? Email = null) : ActBody(Reason);

/// <summary>Response of <c>POST /api/admin/suppressions/lift</c>.</summary>
/// <param name="ActId">In the audit log.</param>
/// <param name="Suppression">What was lifted; null: the address was not suppressed.</param>
internal sealed record LiftResponse(Guid ActId, SuppressionResponse? Suppression);

/// <summary>Why an address gets no mails, or only those that were just asked for.</summary>
/// <param name="Reason"><c>bounced</c> or <c>complained</c>.</param>
/// <param name="Since">When it was reported.</param>
internal sealed record SuppressionResponse(string Reason, DateTimeOffset Since)
{
    public static SuppressionResponse? Of(SuppressedAddress? address) =>
        address is null ? null : new SuppressionResponse(address.Reason.ToText(), address.SuppressedAt);
}

/// <summary>An act on an address that mails are not sent to.</summary>
internal static class SuppressionActsApi
{
    public static void MapSuppressionActs(this RouteGroupBuilder operators) =>
        operators.MapPost("/suppressions/lift", LiftAsync).AsAct().Produces<LiftResponse>();

    private static async Task<IResult> LiftAsync(
        LiftBody body, Operator actor, HttpContext context, OperatorActs acts, Suppressions suppressions, AccountReader accounts,
        CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (EmailAddress.Normalize(body.Email) is not { } email)
        {
            errors.Add(("email", "must be an e-mail address"));
            email = "";
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var before = SuppressionResponse.Of(await suppressions.FindAsync(email, cancellationToken));
        var subject = await accounts.FindUserAsync(email, cancellationToken);
        var act = OperatorRequests.Act(context, actor, AuditActions.SuppressionLifted, subject, body) with
        {
            // The log keeps no address.
            Target = EmailAddress.Mask(email),
            Before = before,
        };
        return await acts.RunAsync(act, Role.Support, async cancelled =>
        {
            await suppressions.LiftAsync(email, cancelled);
            return new ActResult(TypedResults.Ok(new LiftResponse(act.ActId, before)), new { suppressed = false });
        }, cancellationToken);
    }
}
