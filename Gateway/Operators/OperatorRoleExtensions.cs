using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Registers the check of roles.</summary>
internal static class OperatorRoleExtensions
{
    /// <summary>Needs the service <c>accounts</c>; the Gateway starts without it.</summary>
    public static void AddOperatorRoles(this WebApplicationBuilder builder)
    {
        builder.AddGrpcClient<AccountsService.AccountsServiceClient>("accounts");
        builder.Services.AddSingleton<OperatorRoles>();
        builder.Services.AddSingleton<AccountEnd>();
        builder.Services.AddHostedService<OperatorPoll>();
    }
}
