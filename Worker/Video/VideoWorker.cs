using System.Globalization;
using System.Text.Json;

namespace ReelBallers.Worker;

/// <summary>Processes a job's video: download, probe, crop, draw, scale, upload.</summary>
public sealed class VideoWorker(FfmpegFinder finder, Transfers transfers)
{
    private const string SourceFile = "source";
    private const string ResultFile = "result.mp4";
    private const string FilterFile = "filters.txt";

    /// <summary>Containers round: a clip of exactly the paid length may report a little more.</summary>
    private const double DurationToleranceSeconds = 0.5;

    /// <summary>No playlists or file lists, which would make ffmpeg read other files of this machine.</summary>
    private static readonly string[] ReadSourceOnly =
        ["-hide_banner", "-nostdin", "-y", "-protocol_whitelist", "file,pipe", "-format_whitelist", "mov,matroska,avi,mpegts,mpeg"];

    /// <summary>Makes the directory for the job's files, which is gone when this returns, and reports rising whole percents.</summary>
    /// <exception cref="JobFailedException">The job cannot be done; the message is its error.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; ffmpeg is gone.</exception>
    public async Task<WorkerResult> RunAsync(JsonElement json, string directory, Action<int> progress, CancellationToken cancellationToken)
    {
        var input = WorkerInput.Read(json);
        var ffmpeg = await finder.FindAsync(cancellationToken);
        Directory.CreateDirectory(directory);
        try
        {
            await transfers.FetchAsync(input.SourceUrl, Path.Combine(directory, SourceFile), cancellationToken);
            var source = await LookAsync(ffmpeg, SourceFile, directory, cancellationToken)
                ?? throw new JobFailedException("the source is not a video that can be read");
            RefuseLonger(source.DurationSeconds, input);
            await WriteFilesAsync(ffmpeg, input, source, directory, cancellationToken);
            await EncodeAsync(ffmpeg, input, source, directory, progress, cancellationToken);

            var result = await LookAsync(ffmpeg, ResultFile, directory, cancellationToken)
                ?? throw new JobFailedException("ffmpeg wrote a file that is not a video");
            var file = Path.Combine(directory, ResultFile);
            await transfers.DeliverAsync(file, input.OutputUrl, cancellationToken);
            return new WorkerResult(
                input.OutputKey, new FileInfo(file).Length, result.DurationSeconds ?? 0, result.Size.Width, result.Size.Height);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<VideoInfo?> LookAsync(Ffmpeg ffmpeg, string file, string directory, CancellationToken cancellationToken)
    {
        string[] arguments = [.. ReadSourceOnly, "-i", file, "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"];
        var (exitCode, report) = await ChildProcess.RunAsync(ffmpeg.Path, arguments, directory, null, cancellationToken);
        return exitCode == 0 ? VideoInfo.Read(report) : null;
    }

    private static void RefuseLonger(double? seconds, WorkerInput input)
    {
        if (seconds > input.MaxDurationSeconds + DurationToleranceSeconds)
        {
            throw new JobFailedException(string.Create(
                CultureInfo.InvariantCulture, $"the source lasts longer ({seconds:0.##} s) than the "
                    + $"{input.MaxDurationSeconds:0.##} s that are allowed"));
        }
    }

    private static async Task WriteFilesAsync(
        Ffmpeg ffmpeg, WorkerInput input, VideoInfo source, string directory, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, FilterFile), FilterGraph.Build(input, source), cancellationToken);
        if (!input.OverlayLayers.OfType<TextLayer>().Any())
        {
            return;
        }

        if (!ffmpeg.DrawsText || Fonts.Default is not { } font)
        {
            throw new JobFailedException(
                ffmpeg.DrawsText
                    ? "text layers cannot be drawn: this machine has no TrueType font"
                    : "text layers cannot be drawn: the ffmpeg of this machine is built without drawtext");
        }

        File.Copy(font, Path.Combine(directory, FilterGraph.FontFile));
        foreach (var (index, layer) in input.OverlayLayers.Index())
        {
            if (layer is TextLayer text)
            {
                await File.WriteAllTextAsync(Path.Combine(directory, FilterGraph.TextFile(index)), Printable(text.Text),
                    cancellationToken);
            }
        }
    }

    private static string Printable(string text) =>
        string.Create(text.Length, text, (span, all) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(all[i]) && all[i] != '\n' ? ' ' : all[i];
            }
        });

    private static async Task EncodeAsync(
        Ffmpeg ffmpeg, WorkerInput input, VideoInfo source, string directory, Action<int> progress, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. ReadSourceOnly, "-loglevel", "error", "-nostats", "-progress", "pipe:1",
            "-i", SourceFile,
            "-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn", "-map_metadata", "-1",
            ffmpeg.FilterFileOption, FilterFile,
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p",
            "-c:a", "aac", "-b:a", "160k",
            "-movflags", "+faststart", "-f", "mp4", ResultFile,
        ];
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var meter = new ProgressMeter(source.DurationSeconds ?? input.MaxDurationSeconds, progress);
        void Read(string line)
        {
            meter.Read(line);
            if (meter.Seconds > input.MaxDurationSeconds + DurationToleranceSeconds)
            {
                tooLong.Cancel();
            }
        }

        try
        {
            var (exitCode, errors) = await ChildProcess.RunAsync(ffmpeg.Path, arguments, directory, Read, tooLong.Token);
            if (exitCode != 0)
            {
                throw new JobFailedException($"ffmpeg failed with exit code {exitCode}: {FirstLine(errors)}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A container may report less than it contains: the output's length counts.
        }

        RefuseLonger(meter.Seconds, input);
    }

    private static string FirstLine(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() is { } line
            ? line[..Math.Min(line.Length, 300)]
            : "it says nothing";
}
