using Grpc.Core;
using ReelBallers.Users.V1;

namespace ReelBallers.ServiceDefaults;

/// <summary>The gRPC service by which a service learns who has deleted the account.</summary>
public sealed class DeletedUsersService(IDeletedUserHandler handler) : Users.V1.DeletedUsersService.DeletedUsersServiceBase
{
    /// <inheritdoc />
    public override async Task<DeleteUserResponse> DeleteUser(DeleteUserRequest request, ServerCallContext context)
    {
        var userId = Guid.TryParseExact(request.UserId, "D", out var id)
            ? id
            : throw RpcErrors.Reject(StatusCode.InvalidArgument, UsersErrorCodes.InvalidArgument, "user_id must be a UUID.");
        return new DeleteUserResponse { WaitsFor = await handler.DeleteAsync(userId, context.CancellationToken) ?? "" };
    }
}
