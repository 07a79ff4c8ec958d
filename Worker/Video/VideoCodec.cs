using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>What encodes the picture, as arguments of ffmpeg.</summary>
internal sealed record VideoCodec(string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>The encoder that every machine has.</summary>
    public static VideoCodec Software { get; } = new("libx264", ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20"]);

    /// <summary>The one of NVIDIA's GPUs.</summary>
    public static VideoCodec Gpu { get; } = new(
        "h264_nvenc",
        ["-c:v", "h264_nvenc", "-preset", "p5", "-profile:v", "high", "-rc", "vbr", "-cq", "21", "-b:v", "0", "-spatial-aq", "1"]);
}

/// <summary>Finds out once whether the GPU encodes: ffmpeg has the encoder also where there is no GPU.</summary>
public sealed partial class VideoCodecFinder(ILogger<VideoCodecFinder> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FoundOnce<VideoCodec> _found = new();

    internal Task<VideoCodec> FindAsync(Ffmpeg ffmpeg, CancellationToken cancellationToken) =>
        _found.GetAsync(token => LookAsync(ffmpeg, token), cancellationToken);

    private async Task<VideoCodec> LookAsync(Ffmpeg ffmpeg, CancellationToken cancellationToken)
    {
        var codec = await EncodesAsync(ffmpeg, VideoCodec.Gpu, cancellationToken) ? VideoCodec.Gpu : VideoCodec.Software;
        Found(log, codec.Name);
        return codec;
    }

    private static async Task<bool> EncodesAsync(Ffmpeg ffmpeg, VideoCodec codec, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var (exitCode, _) = await ChildProcess.RunAsync(
                ffmpeg.Path,
                [
                    "-hide_banner", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "color=size=256x256:rate=25:duration=0.2",
                    .. codec.Arguments, "-pix_fmt", "yuv420p", "-f", "null", "-",
                ],
                Path.GetTempPath(),
                null,
                limit.Token);
            return exitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Videos are encoded by {Encoder}")]
    private static partial void Found(ILogger log, string encoder);
}
