namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET</c> and <c>PUT /api/account</c>.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Email">The confirmed address, where mails go; null for an anonymous user, who gets none.</param>
/// <param name="PendingEmail">The address that the user has asked for and not confirmed; null without one.</param>
/// <param name="Roles">Empty for an anonymous user.</param>
/// <param name="Mail">By kind, whether the user gets mails of it.</param>
internal sealed record AccountResponse(
    Guid Uid, string? Email, string? PendingEmail, IReadOnlyList<string> Roles, IReadOnlyDictionary<string, bool> Mail);

/// <summary>Body of <c>PUT /api/account</c>.</summary>
/// <param name="Mail">Kinds to switch on or off; those that are not named stay as they are.</param>
internal sealed record AccountBody(IReadOnlyDictionary<string, bool?>? Mail = null);
