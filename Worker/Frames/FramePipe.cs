namespace ReelBallers.Worker;

/// <summary>
/// Leads the pictures of a source through a model: from ffmpeg's decoder by a pipe, tile by tile through the model, and by another
/// pipe to ffmpeg's encoder. Three pictures are in memory at a time, however long the video is.
/// </summary>
internal sealed class FramePipe(Ffmpeg ffmpeg, Encoder encoder, string directory)
{
    /// <summary>The encoder's own filters; the decoder's are in a file beside it.</summary>
    public const string BeforeFile = "before-model.txt";

    /// <returns>The first exit code that is not zero, with what that ffmpeg wrote to its standard error.</returns>
    public async Task<(int ExitCode, string Errors)> RunAsync(
        VideoSource source, EncoderFiles files, IFrameStage stage, FrameSize size, FrameRate rate, Action<string> onLine,
        CancellationToken cancellationToken)
    {
        (int ExitCode, string Errors) encoded = (1, "");
        try
        {
            var decoded = await DecodeAsync(
                source,
                files,
                async (output, token) => encoded = await PassOnAsync(output, source, files, stage, size, rate, onLine, token),
                cancellationToken);
            return decoded.ExitCode != 0 ? decoded : encoded;
        }
        catch (FramePipeException failure)
        {
            return (1, failure.Message);
        }
    }

    private Task<(int ExitCode, string Errors)> DecodeAsync(
        VideoSource source, EncoderFiles files, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken) =>
        ChildProcess.RunBinaryAsync(
            ffmpeg.Path,
            [
                "-hide_banner", "-nostdin", "-loglevel", "error", .. Probe.ReadFileOnly, "-i", files.Source,
                "-map", $"0:{source.Video.Index}", "-an", "-sn", "-dn", ffmpeg.FilterFileOption, BeforeFile,
                "-fps_mode", "vfr", "-enc_time_base", $"1:{NutWriter.Clock}", "-c:v", "rawvideo", "-pix_fmt", "rgb24",
                "-f", "nut", "-", .. source.Audio is { } audio ? Encoder.ReadAlong(source, $"0:{audio.Index}") : [],
            ],
            directory,
            read,
            cancellationToken);

    private async Task<(int ExitCode, string Errors)> PassOnAsync(
        Stream decoded, VideoSource source, EncoderFiles files, IFrameStage stage, FrameSize size, FrameRate rate, Action<string> onLine,
        CancellationToken cancellationToken)
    {
        var pictures = new PictureReader(decoded, size);
        if (await pictures.NextAsync(cancellationToken) is not { } first)
        {
            return (1, "no picture was decoded");
        }

        var result = await encoder.RunFramesAsync(
            source,
            files,
            TimeSpan.FromTicks(first.Time * TimeSpan.TicksPerSecond / NutWriter.Clock),
            (input, token) => WriteAsync(input, pictures, first, stage, rate, token),
            onLine,
            cancellationToken);
        // The decoder would wait without end for its pictures to be read.
        return result.ExitCode == 0 ? result : throw new FramePipeException(result.Errors);
    }

    private static async Task WriteAsync(
        Stream input, PictureReader pictures, TimedPicture first, IFrameStage stage, FrameRate rate, CancellationToken cancellationToken)
    {
        var writer = new NutWriter(input, stage.ResultSize, rate);
        await writer.WriteHeadersAsync(cancellationToken);
        for (TimedPicture? picture = first; picture is { } given; picture = await pictures.NextAsync(cancellationToken))
        {
            foreach (var result in stage.Next(given, cancellationToken))
            {
                await writer.WriteAsync(result.Time - first.Time, result.Pixels, cancellationToken);
            }
        }

        foreach (var result in stage.End())
        {
            await writer.WriteAsync(result.Time - first.Time, result.Pixels, cancellationToken);
        }
    }
}

/// <summary>The encoder ended before its time.</summary>
internal sealed class FramePipeException(string message) : Exception(message);
