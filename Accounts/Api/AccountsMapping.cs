using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Maps the domain to REST and gRPC responses.</summary>
internal static class AccountsMapping
{
    private static readonly string[] UserRoles = ["user"];

    public static AccountResponse ToResponse(this Account? account, Guid userId) =>
        new(userId, account?.Email, account is null ? [] : UserRoles);

    public static V1.GetAccountResponse ToMessage(this Account account) => new()
    {
        UserId = account.UserId.ToString(),
        Email = account.Email,
        CreatedAt = account.CreatedAt.ToTimestamp(),
    };

    public static Guid Id(string field, string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw RpcErrors.Reject(StatusCode.InvalidArgument, V1.AccountsErrorCodes.InvalidArgument, $"{field} must be a UUID.");

    public static RpcException AccountNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.AccountsErrorCodes.AccountNotFound, "The user has no account.");
}
