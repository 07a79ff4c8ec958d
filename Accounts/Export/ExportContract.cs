namespace ReelBallers.Accounts;

/// <summary>A person at an OpenID issuer.</summary>
internal sealed record ExportedIdentity(string Issuer, string Subject, DateTimeOffset CreatedAt);

/// <summary>A mail of the last days; <c>sent_at</c> is null when it has not left.</summary>
internal sealed record ExportedMail(string Kind, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);

/// <summary>What the user has done by the audit log; the address is deleted after 90 days.</summary>
internal sealed record ExportedAct(string Action, string? Target, string? ClientAddress, DateTimeOffset At);

/// <summary>A wallet of the user, or of one who has joined.</summary>
internal sealed record ExportedWallet(string Uid, long BalanceCents, long HeldCents, long ReceivableCents, bool Frozen);

/// <summary>An entry of the statement of one of the wallets.</summary>
internal sealed record ExportedLedgerEntry(
    Guid Uid, string Id, long ChangeCents, long BalanceAfterCents, string Reason, string? JobId, string? StripePaymentId,
    string? Description, DateTimeOffset CreatedAt);
