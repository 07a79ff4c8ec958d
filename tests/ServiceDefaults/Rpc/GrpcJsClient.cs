using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>The client in client.mjs, with its packages installed once beside the test assembly.</summary>
public sealed class GrpcJsClient : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Rpc", "node-grpc");

    public async ValueTask InitializeAsync() => await Npm.InstallAsync(_folder);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task RunAsync(string address, string scenario) => Npm.RunAsync(_folder, "node",
    [
        "client.mjs", new Uri(address).Authority, Path.Combine(AppContext.BaseDirectory, "Rpc", "echo.proto"), ServiceApp.Credential,
        scenario,
    ]);
}
