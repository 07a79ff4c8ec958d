namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET /api/admin/approvals</c>.</summary>
internal sealed record ApprovalsResponse(IReadOnlyList<ApprovalResponse> Approvals, string? NextCursor);

/// <summary>
/// An act that needs two people: who asks for what and why, and who has decided. <c>status</c> is <c>pending</c>, <c>approved</c> (it is
/// being carried out), <c>done</c>, <c>failed</c>, <c>rejected</c> or <c>expired</c>. <c>amount_cents</c> is below zero where credits are
/// taken. <c>into</c> is the account that a user is joined into.
/// </summary>
internal sealed record ApprovalResponse(
    Guid ApprovalId, string Status, string Kind, Guid? Uid, string? PaymentId, long AmountCents, DateTimeOffset? CreditsExpireAt,
    bool Force, Guid? Into, Guid RequestedBy, string Reason, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, Guid? DecidedBy,
    DateTimeOffset? DecidedAt, string? DecisionReason, string? ErrorCode, DateTimeOffset? EndedAt);

/// <summary>Maps approvals to responses.</summary>
internal static class ApprovalMapping
{
    public static ApprovalResponse ToResponse(this Approval approval)
    {
        var request = MoneyAct.Read(approval.Request);
        return new ApprovalResponse(
            approval.ApprovalId, approval.State.ToText(), request.Kind, approval.SubjectId, request.PaymentId,
            request.AmountCents is < 0 ? -approval.AmountCents : approval.AmountCents, request.ExpiresAt, request.Force,
            request.Into is { } into ? Guid.Parse(into) : null, approval.ActorId, approval.Reason, approval.CreatedAt, approval.ExpiresAt,
            approval.DecidedBy, approval.DecidedAt, approval.DecisionReason, approval.ErrorCode, approval.EndedAt);
    }

    public static string ToText(this ApprovalState state) => state switch
    {
        ApprovalState.Pending => "pending",
        ApprovalState.Approved => "approved",
        ApprovalState.Done => "done",
        ApprovalState.Failed => "failed",
        ApprovalState.Rejected => "rejected",
        ApprovalState.Expired => "expired",
    };

    public static ApprovalState? ParseState(string? text)
    {
        foreach (var state in Enum.GetValues<ApprovalState>())
        {
            if (state.ToText() == text)
            {
                return state;
            }
        }
        return null;
    }
}
