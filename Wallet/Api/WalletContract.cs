namespace ReelBallers.Wallet;

/// <summary>The answer of <c>GET /api/me</c>.</summary>
internal sealed record MeResponse(Guid Uid, long BalanceCents);

/// <summary>The answer of <c>GET /api/wallet</c>.</summary>
internal sealed record WalletResponse(long BalanceCents);

/// <summary>A page of <c>GET /api/wallet/ledger</c>; <paramref name="NextCursor"/> is null on the last one.</summary>
internal sealed record StatementResponse(IReadOnlyList<EntryResponse> Entries, string? NextCursor);

/// <summary>An entry of the statement; <paramref name="ChangeCents"/> is negative when the balance decreased.</summary>
internal sealed record EntryResponse(
    string Id, long ChangeCents, long BalanceAfterCents, string Reason, string? JobId, string? StripePaymentId, string? Description,
    DateTimeOffset CreatedAt, string? ReceiptUrl);

/// <summary>The answer of <c>GET /api/wallet/totals</c>, by period and reason.</summary>
internal sealed record TotalsResponse(IReadOnlyList<TotalResponse> Totals);

/// <summary>The change for one reason in one period; <paramref name="ChangeCents"/> is negative when the balance decreased.</summary>
internal sealed record TotalResponse(DateTimeOffset PeriodStart, string Reason, long ChangeCents, long EntryCount);

/// <summary>The data of the events of <c>GET /api/wallet/events</c>.</summary>
internal sealed record BalanceEventResponse(
    long Sequence, long BalanceCents, long HeldCents, long ReceivableCents, bool Frozen, bool Low);

/// <summary>The answer of <c>POST /api/debit</c>.</summary>
internal sealed record DebitResponse(bool Success, long NewBalanceCents);

/// <summary>The body of <c>POST /api/debit</c>; both fields are required.</summary>
internal sealed record DebitRequest(string? JobId = null, long? CostCents = null)
{
    public (string Field, string Message)[] Errors()
    {
        var errors = new List<(string, string)>();
        if (JobId is null || !Validation.IsJobId(JobId))
        {
            errors.Add(("job_id", $"must be 1 to {Validation.MaxJobIdLength} characters of A-Z a-z 0-9 _ - . :"));
        }
        if (CostCents is not (>= 1 and <= Validation.PublicAmountMaxCents))
        {
            errors.Add(("cost_cents", $"must be an integer from 1 to {Validation.PublicAmountMaxCents}"));
        }
        return [.. errors];
    }
}
