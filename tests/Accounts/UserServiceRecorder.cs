using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Users.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>
/// Takes the place of a service that is told who belongs to which account and who has deleted it, and that says what it has of users.
/// </summary>
public sealed class UserServiceRecorder : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UserServiceRecorder(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The calls so far.</summary>
    public ConcurrentQueue<JoinUserRequest> Calls => _app.Services.GetRequiredService<Service>().Calls;

    /// <summary>The users who are to be erased, one for each call.</summary>
    public ConcurrentQueue<string> Deleted => _app.Services.GetRequiredService<Service>().Deleted;

    /// <summary>What it has of each user.</summary>
    public IReadOnlyList<(string List, string Json)> Entries
    {
        set => _app.Services.GetRequiredService<Service>().Entries = value;
    }

    /// <summary>What each erasure waits for; empty for nothing.</summary>
    public string WaitsFor
    {
        set => _app.Services.GetRequiredService<Service>().WaitsFor = value;
    }

    /// <summary>What each call ends in; null for a success.</summary>
    public RpcException? Failure
    {
        set => _app.Services.GetRequiredService<Service>().Failure = value;
    }

    public static async Task<UserServiceRecorder> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Internal:Credential"] = ServiceApp.Credential;
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.Services.AddSingleton<Service>();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGrpcService<Service>();
        app.MapGrpcService<Deletions>();
        app.MapGrpcService<Data>();
        await app.StartAsync();
        return new UserServiceRecorder(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Service : JoinedUsersService.JoinedUsersServiceBase
    {
        public ConcurrentQueue<JoinUserRequest> Calls { get; } = new();

        public ConcurrentQueue<string> Deleted { get; } = new();

        public string WaitsFor { get; set; } = "";

        public IReadOnlyList<(string List, string Json)> Entries { get; set; } = [];

        public RpcException? Failure { get; set; }

        public override Task<JoinUserResponse> JoinUser(JoinUserRequest request, ServerCallContext context)
        {
            Calls.Enqueue(request);
            return Failure is { } failure ? throw failure : Task.FromResult(new JoinUserResponse());
        }
    }

    private sealed class Deletions(Service service) : Users.V1.DeletedUsersService.DeletedUsersServiceBase
    {
        public override Task<DeleteUserResponse> DeleteUser(DeleteUserRequest request, ServerCallContext context)
        {
            service.Deleted.Enqueue(request.UserId);
            return service.Failure is { } failure ? throw failure : Task.FromResult(new DeleteUserResponse { WaitsFor = service.WaitsFor });
        }
    }

    // A failure comes after what there is.
    private sealed class Data(Service service) : Users.V1.UserDataService.UserDataServiceBase
    {
        public override async Task ReadUser(
            ReadUserRequest request, IServerStreamWriter<Users.V1.UserDataEntry> responseStream, ServerCallContext context)
        {
            foreach (var (list, json) in service.Entries)
            {
                await responseStream.WriteAsync(
                    new Users.V1.UserDataEntry { List = list, Json = json.Replace("USER", request.UserId, StringComparison.Ordinal) });
            }
            if (service.Failure is { } failure)
            {
                throw failure;
            }
        }
    }
}
