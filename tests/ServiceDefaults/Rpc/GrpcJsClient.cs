using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>The client in client.mjs, with its packages installed once beside the test assembly.</summary>
public sealed class GrpcJsClient : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Rpc", "node-grpc");

    public async Task InitializeAsync()
    {
        var installed = Path.Combine(_folder, "node_modules", ".installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(_folder, "package-lock.json"));
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == wanted)
        {
            return;
        }

        var npm = Npm.Path ?? throw new InvalidOperationException("npm is not on the PATH, and CI must not skip this test.");
        await Npm.RunAsync(_folder, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        await File.WriteAllTextAsync(installed, wanted);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal Task RunAsync(string address, string scenario) => Npm.RunAsync(
        _folder, "node", "client.mjs", new Uri(address).Authority,
        Path.Combine(AppContext.BaseDirectory, "Rpc", "echo.proto"), ServiceApp.Credential, scenario);
}
