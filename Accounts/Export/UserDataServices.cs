using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.ClientFactory;
using ReelBallers.ServiceDefaults;
using ReelBallers.Users.V1;
using Client = ReelBallers.Users.V1.UserDataService.UserDataServiceClient;

namespace ReelBallers.Accounts;

/// <summary>The services that have data of users, and the lists that each gives.</summary>
internal sealed class UserDataServices(GrpcClientFactory clients)
{
    /// <summary>By service.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Lists = new Dictionary<string, string[]>
    {
        ["payments"] = ["purchases", "customers", "cards", "auto_topups", "grants"],
        ["jobs"] = ["jobs"],
        ["storage"] = ["uploads", "downloads"],
    };

    /// <summary>Registers their clients.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UserDataServices>();
        builder.AddGrpcClients<Client>(Lists.Keys);
    }

    /// <summary>What one service has of a user.</summary>
    /// <exception cref="RpcException">It does not give everything now.</exception>
    public async IAsyncEnumerable<(string List, string Json)> ReadAsync(
        string service, Guid userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = clients.CreateClientOf<Client>(service).ReadUser(
            new ReadUserRequest { UserId = userId.ToString() }, cancellationToken: cancellationToken);
        await foreach (var entry in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            yield return (entry.List, entry.Json);
        }
    }
}
