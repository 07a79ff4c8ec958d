using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>Programs for Node.js, installed once: an S3 server, and CloudFront's signer.</summary>
public sealed class NodeTools : IAsyncLifetime
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "s3-servers");

    public async ValueTask InitializeAsync() => await Npm.InstallAsync(Folder);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
