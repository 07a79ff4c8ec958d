using System.Collections.Concurrent;
using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>The videos that <c>make-corpus.sh</c> makes, each when it is first asked for.</summary>
internal static class CorpusFiles
{
    private static readonly string Folder = NewFolder();

    private static readonly ConcurrentDictionary<string, Lazy<Task<byte[]>>> Files = [];

    public static Task<byte[]> ReadAsync(string name) => Files.GetOrAdd(name, _ => new(() => MakeAsync(name))).Value;

    private static async Task<byte[]> MakeAsync(string name)
    {
        var folder = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "make-corpus.sh"), folder, name])
        {
            RedirectStandardError = true,
            Environment = { ["FFMPEG"] = (await TestFfmpeg.FindAsync()).Path },
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return await File.ReadAllBytesAsync(Path.Combine(folder, name));
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("corpus-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
