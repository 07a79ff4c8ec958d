using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.Users.V1;

namespace ReelBallers.ServiceDefaults;

/// <summary>The gRPC service by which a service learns who belongs to which account. Its model must have the table.</summary>
public sealed class JoinedUsersService<TContext>(TContext database, IEnumerable<IJoinedUserHandler> handlers, TimeProvider time)
    : Users.V1.JoinedUsersService.JoinedUsersServiceBase
    where TContext : DbContext
{
    /// <inheritdoc />
    public override async Task<JoinUserResponse> JoinUser(JoinUserRequest request, ServerCallContext context)
    {
        var (from, into) = (Id(request.FromUserId, "from_user_id"), Id(request.IntoUserId, "into_user_id"));
        if (from == into)
        {
            throw Invalid("from_user_id and into_user_id must be two users.");
        }
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into joined_users (from_user_id, into_user_id, joined_at)
            select {from}, {into}, {time.GetUtcNow()}
            where not exists (select from joined_users where from_user_id = {into} or into_user_id = {from})
            on conflict do nothing
            """, context.CancellationToken);
        if (!await database.Set<JoinedUser>().AnyAsync(
            row => row.FromUserId == from && row.IntoUserId == into, context.CancellationToken))
        {
            throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, UsersErrorCodes.AlreadyJoined, "The users are joined in another way.");
        }
        foreach (var handler in handlers)
        {
            await handler.JoinedAsync(from, into, context.CancellationToken);
        }
        return new JoinUserResponse();
    }

    private static Guid Id(string text, string field) =>
        Guid.TryParseExact(text, "D", out var id) ? id : throw Invalid($"{field} must be a UUID.");

    private static RpcRejection Invalid(string detail) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, UsersErrorCodes.InvalidArgument, detail);
}
