namespace ReelBallers.Accounts;

/// <summary>Response of <c>GET</c> and <c>PUT /api/mail-settings</c>.</summary>
/// <param name="Email">Where the mails go; null for an anonymous user, who gets none.</param>
/// <param name="Kinds">All kinds.</param>
internal sealed record MailSettingsResponse(string? Email, IReadOnlyList<MailKindResponse> Kinds);

/// <summary>A kind of mails.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Enabled">Whether the user gets them.</param>
/// <param name="Required">Whether they cannot be switched off.</param>
internal sealed record MailKindResponse(string Kind, bool Enabled, bool Required);

/// <summary>Body of <c>PUT /api/mail-settings</c>: the kinds that are not named stay as they are.</summary>
internal sealed record MailSettingsBody(IReadOnlyList<MailKindBody>? Kinds = null);

/// <summary>A kind to switch on or off.</summary>
internal sealed record MailKindBody(string? Kind = null, bool? Enabled = null);
