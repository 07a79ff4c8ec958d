using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>The GPU encodes where it can, and the CPU everywhere else.</summary>
public sealed class VideoCodecTests
{
    [Fact]
    public async Task A_machine_whose_GPU_does_not_encode_uses_the_CPU()
    {
        using var fake = new FakeFfmpeg("exit 1");
        Assert.Equal("libx264", (await FindAsync(fake)).Name);
    }

    [Fact]
    public async Task A_machine_whose_GPU_encodes_uses_it()
    {
        var real = await TestFfmpeg.FindAsync();
        // Stands for an ffmpeg with a GPU: it encodes on the CPU what it is told to encode there.
        using var fake = new FakeFfmpeg(
            $"""
            echo "$*" >> "$(dirname "$0")/calls"
            n=$#
            while [ "$n" -gt 0 ]; do
                a=$1; shift; n=$((n - 1))
                case "$a" in
                    h264_nvenc) a=libx264 ;;
                    p5) a=ultrafast ;;
                    -rc|-cq|-spatial-aq) shift; n=$((n - 1)); continue ;;
                esac
                set -- "$@" "$a"
            done
            exec '{real.Path}' "$@"
            """);
        Assert.Equal("h264_nvenc", (await FindAsync(fake)).Name);

        await using var rig = await WorkerRig.StartAsync(new WorkerOptions { FfmpegPath = fake.Path, FfprobePath = real.ProbePath });
        var result = await ClipFacts.OfAsync(await rig.ResultOfAsync(rig.Input()));
        Assert.Equal(50, result.Frames);
        var calls = await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(fake.Path)!, "calls"));
        Assert.Contains(calls, call => call.Contains("result.mp4", StringComparison.Ordinal)
            && call.Contains("-c:v h264_nvenc", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, call => call.Contains("libx264", StringComparison.Ordinal));
    }

    private static Task<VideoCodec> FindAsync(FakeFfmpeg fake) => new VideoCodecFinder(NullLogger<VideoCodecFinder>.Instance)
        .FindAsync(new Ffmpeg(fake.Path, "ffprobe", "-filter_script:v"), CancellationToken.None);

    private sealed class FakeFfmpeg : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("ffmpeg-").FullName;

        public FakeFfmpeg(string script)
        {
            Path = System.IO.Path.Combine(_folder, "ffmpeg");
            File.WriteAllText(Path, "#!/bin/sh\n" + script + "\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
