namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/auth/link</c>.</summary>
internal sealed record LinkRequestBody(string? Email = null, string? ReturnTo = null);

/// <summary>Response of <c>POST /api/auth/link</c>, the same for every address.</summary>
/// <param name="ExpiresAt">When the link that was sent ends.</param>
internal sealed record LinkSentResponse(DateTimeOffset ExpiresAt);

/// <summary>Body of <c>POST /api/auth/link/confirm</c>.</summary>
/// <param name="Token">Of the link.</param>
/// <param name="Confirmed">True when the user has pressed the button of the page.</param>
internal sealed record LinkConfirmationBody(string? Token = null, bool Confirmed = false);

/// <summary>Response of <c>POST /api/auth/link/confirm</c>, to which the Gateway adds the session's token.</summary>
internal sealed record SignedInResponse(Guid Uid, string ReturnTo);
