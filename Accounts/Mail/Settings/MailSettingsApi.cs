using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints of a user's mail settings.</summary>
internal static class MailSettingsApi
{
    public static void MapMailSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/mail-settings", GetAsync).RequireCaller();
        routes.MapPut("/api/mail-settings", PutAsync).RequireCaller();
    }

    private static async Task<IResult> GetAsync(
        Caller caller, AccountReader accounts, MailSettings settings, CancellationToken cancellationToken) =>
        await SettingsAsync(caller.UserId, await accounts.FindAsync(caller.UserId, cancellationToken), settings, cancellationToken);

    private static async Task<IResult> PutAsync(
        MailSettingsBody body, Caller caller, AccountReader accounts, MailSettings settings, CancellationToken cancellationToken)
    {
        var (kinds, errors) = Read(body);
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        if (await accounts.FindAsync(caller.UserId, cancellationToken) is not { } account)
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "sign_in_required", "Sign-in required",
                "An anonymous user has no address and gets no mails. Sign in first: POST /api/auth/link.");
        }
        await settings.SwitchAsync(caller.UserId, kinds, cancellationToken);
        return await SettingsAsync(caller.UserId, account, settings, cancellationToken);
    }

    private static (Dictionary<MailKind, bool> Kinds, List<(string, string)> Errors) Read(MailSettingsBody body)
    {
        var kinds = new Dictionary<MailKind, bool>();
        if (body.Kinds is not { Count: > 0 } named || named.Count > Enum.GetValues<MailKind>().Length)
        {
            return (kinds, [("kinds", "must name one kind or more, each once")]);
        }
        var errors = new List<(string, string)>();
        for (var index = 0; index < named.Count; index++)
        {
            var field = $"kinds[{index}]";
            if (MailKinds.Parse(named[index]?.Kind) is not { } kind)
            {
                errors.Add(($"{field}.kind", "must be a kind as GET /api/mail-settings lists them"));
            }
            else if (named[index].Enabled is not { } enabled)
            {
                errors.Add(($"{field}.enabled", "must be true or false"));
            }
            else if (!enabled && kind.IsRequired())
            {
                errors.Add(($"{field}.enabled", $"must be true: {kind.ToText()} cannot be switched off"));
            }
            else if (!kinds.TryAdd(kind, enabled))
            {
                errors.Add(($"{field}.kind", "is named twice"));
            }
        }
        return (kinds, errors);
    }

    private static async Task<IResult> SettingsAsync(
        Guid userId, Account? account, MailSettings settings, CancellationToken cancellationToken)
    {
        var off = await settings.SwitchedOffAsync(userId, cancellationToken);
        return TypedResults.Ok(new MailSettingsResponse(
            account?.Email,
            [.. MailKinds.OfUsers.Select(kind => new MailKindResponse(kind.ToText(), !off.Contains(kind), kind.IsRequired()))]));
    }
}
