using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>An ffmpeg that reads its standard input and writes to its standard output.</summary>
internal static class FfmpegPipe
{
    public static async Task<byte[]> RunAsync(byte[] input, params string[] arguments)
    {
        var ffmpeg = await TestFfmpeg.FindAsync();
        using var process = Process.Start(new ProcessStartInfo(ffmpeg.Path, ["-v", "error", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // One frame was enough.
        }

        await reading;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
