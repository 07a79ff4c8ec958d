using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The REST endpoints, which browsers call through the Gateway.</summary>
internal static class AccountsApi
{
    public static void MapAccountsApi(this WebApplication app) => app.MapGet("/api/account", GetAsync).RequireCaller();

    private static async Task<IResult> GetAsync(Caller caller, AccountReader accounts, CancellationToken cancellationToken) =>
        TypedResults.Ok((await accounts.FindAsync(caller.UserId, cancellationToken)).ToResponse(caller.UserId));
}
