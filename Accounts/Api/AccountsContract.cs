namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET /api/account</c>.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Email">The confirmed address; null for an anonymous user.</param>
/// <param name="Roles">Empty for an anonymous user.</param>
internal sealed record AccountResponse(Guid Uid, string? Email, IReadOnlyList<string> Roles);
