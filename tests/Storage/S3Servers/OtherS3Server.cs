using System.Diagnostics;
using System.Globalization;

namespace ReelBallers.Storage.Tests;

/// <summary>An S3 server from npm in a process of its own, with an empty bucket.</summary>
internal sealed class OtherS3Server : IAsyncDisposable
{
    public const string Bucket = "other-videos";
    public const string AccessKeyId = "S3RVER";
    public const string SecretAccessKey = "S3RVER";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _directory;

    private OtherS3Server(Process process, string directory, Uri url) => (_process, _directory, Url) = (process, directory, url);

    public Uri Url { get; }

    /// <summary>Its settings for Storage.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("R2:Region", "us-east-1"), ("R2:Bucket", Bucket), ("R2:AccessKeyId", AccessKeyId), ("R2:SecretAccessKey", SecretAccessKey),
    ];

    public static async Task<OtherS3Server> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-s3-").FullName;
        var start = new ProcessStartInfo("node", ["server.mjs", directory, Bucket])
        {
            WorkingDirectory = NodeTools.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(StartTimeout);
        var port = int.Parse((await process.StandardOutput.ReadLineAsync(timeout.Token))!, CultureInfo.InvariantCulture);
        return new OtherS3Server(process, directory, new Uri($"http://127.0.0.1:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(StartTimeout);
        await _process.WaitForExitAsync(timeout.Token);
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
