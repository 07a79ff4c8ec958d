using System.Text.Json;
using Grpc.Core;
using ReelBallers.Users.V1;

namespace ReelBallers.ServiceDefaults;

/// <summary>The gRPC service by which a service tells what it has of a user.</summary>
public sealed class UserDataService(IUserDataSource source) : Users.V1.UserDataService.UserDataServiceBase
{
    /// <inheritdoc />
    public override async Task ReadUser(
        ReadUserRequest request, IServerStreamWriter<Users.V1.UserDataEntry> responseStream, ServerCallContext context)
    {
        var userId = Guid.TryParseExact(request.UserId, "D", out var id)
            ? id
            : throw RpcErrors.Reject(StatusCode.InvalidArgument, UsersErrorCodes.InvalidArgument, "user_id must be a UUID.");
        await foreach (var (list, entry) in source.ReadAsync(userId, context.CancellationToken))
        {
            await responseStream.WriteAsync(
                new Users.V1.UserDataEntry { List = list, Json = JsonSerializer.Serialize(entry, entry.GetType(), ApiJson.Options) },
                context.CancellationToken);
        }
    }
}
