using Grpc.Net.ClientFactory;
using ReelBallers.ServiceDefaults;
using ReelBallers.Users.V1;
using Client = ReelBallers.Users.V1.JoinedUsersService.JoinedUsersServiceClient;

namespace ReelBallers.Accounts;

/// <summary>The services that keep rows of users, and are told which user belongs to which account.</summary>
internal sealed class JoinedUserServices(GrpcClientFactory clients)
{
    private static readonly string[] Names = ["payments", "storage", "jobs"];

    /// <summary>Registers their clients.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JoinedUserServices>();
        builder.AddGrpcClients<Client>(Names);
    }

    /// <summary>Tells each, whatever becomes of the others.</summary>
    /// <exception cref="Grpc.Core.RpcException">One of them does not know it yet.</exception>
    public Task TellAsync(Guid from, Guid into, CancellationToken cancellationToken) => Task.WhenAll(Names.Select(async name =>
        await clients.CreateClientOf<Client>(name).JoinUserAsync(
            new JoinUserRequest { FromUserId = from.ToString(), IntoUserId = into.ToString() }, cancellationToken: cancellationToken)));
}
