using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints, which browsers call through the Gateway.</summary>
internal static class AccountsApi
{
    public static void MapAccountsApi(this WebApplication app)
    {
        app.MapGet("/api/account", GetAsync).RequireCaller().Produces<AccountResponse>();
        app.MapPut("/api/account", PutAsync).RequireCaller().Produces<AccountResponse>();
        app.MapDelete("/api/account", DeletionApi.DeleteAsync).RequireCaller().Produces(StatusCodes.Status204NoContent);
    }

    /// <summary>For a caller who has no account.</summary>
    public static IResult SignInRequired(string detail) =>
        Problems.Of(StatusCodes.Status403Forbidden, "sign_in_required", "Sign-in required", detail);

    private static async Task<IResult> GetAsync(
        Caller caller, AccountReader accounts, MailSettings settings, AddressChanges changes, CancellationToken cancellationToken) =>
        await ShowAsync(
            caller.UserId, await accounts.FindAsync(caller.UserId, cancellationToken), settings, changes, cancellationToken);

    private static async Task<IResult> PutAsync(
        AccountBody body, Caller caller, AccountReader accounts, MailSettings settings, AddressChanges changes,
        CancellationToken cancellationToken)
    {
        var (kinds, errors) = MailSettingsRequest.Read(body.Mail);
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        if (await accounts.FindAsync(caller.UserId, cancellationToken) is not { } account)
        {
            return SignInRequired("An anonymous user has no address and gets no mails. Sign in first: POST /api/auth/link.");
        }
        await settings.SwitchAsync(caller.UserId, kinds, cancellationToken);
        return await ShowAsync(caller.UserId, account, settings, changes, cancellationToken);
    }

    private static async Task<IResult> ShowAsync(
        Guid userId, Account? account, MailSettings settings, AddressChanges changes, CancellationToken cancellationToken) =>
        TypedResults.Ok(account.ToResponse(
            userId, await changes.FindPendingAsync(userId, cancellationToken), await settings.SwitchedOffAsync(userId, cancellationToken)));
}
