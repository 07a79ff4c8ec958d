using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>Processes a job's video: download, look, crop, draw, scale, check, upload.</summary>
public sealed partial class VideoWorker(
    FfmpegFinder finder, VideoCodecFinder codecFinder, FontFinder fontFinder, WorkerModels models, Transfers transfers, TimeProvider time,
    ILogger<VideoWorker> log)
{
    private const string SourceFile = "source";
    private const string ResultFile = "result.mp4";
    private const string FilterFile = "filters.txt";
    private const string ManifestFile = "manifest.json";
    private const string ResultType = "video/mp4";

    /// <summary>Containers round: a clip of exactly the paid length may report a little more.</summary>
    private const double DurationToleranceSeconds = 0.5;

    /// <summary>Makes the directory for the job's files, which is gone when this returns, and reports rising whole percents.</summary>
    /// <exception cref="JobFailedException">The job cannot be done; the message is its error.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; ffmpeg is gone.</exception>
    public async Task<Manifest> RunAsync(JsonElement json, string directory, Action<int> progress, CancellationToken cancellationToken)
    {
        var input = WorkerInput.Read(json);
        var model = models.Choose(input);
        var ffmpeg = await FindFfmpegAsync(cancellationToken);
        Directory.CreateDirectory(directory);
        try
        {
            await transfers.FetchAsync(input.SourceUrl, input.SourceEtag, Path.Combine(directory, SourceFile), cancellationToken);
            var began = time.GetTimestamp();
            var source = await new SourceReader(ffmpeg, directory, SourceFile).ReadAsync(cancellationToken);
            RefuseLonger(source.Duration, input);
            var path = input.Track is { } track
                ? await new SubjectTracker(ffmpeg, directory, SourceFile).FollowAsync(track, source, input.TargetSize, cancellationToken)
                : null;
            input = input with { CropKeyframes = path?.Keyframes ?? input.CropKeyframes };
            await WriteTextsAsync(input, directory, cancellationToken);
            await EncodeAsync(ffmpeg, input, model, source, directory, progress, cancellationToken);

            var result = await new ResultReader(ffmpeg, directory, ResultFile).ReadAsync(source, input.TargetSize, cancellationToken);
            var manifest = await DescribeAsync(input, model, path, result, directory, time.GetElapsedTime(began), cancellationToken);
            await transfers.DeliverAsync(Path.Combine(directory, ResultFile), ResultType, "output_url", input.OutputUrl, cancellationToken);
            if (input.ManifestUrl is { } manifestUrl)
            {
                // After the result: where a manifest is, the result is whole.
                var file = Path.Combine(directory, ManifestFile);
                await File.WriteAllTextAsync(file, manifest.ToJson().GetRawText(), cancellationToken);
                await transfers.DeliverAsync(file, "application/json", "manifest_url", manifestUrl, cancellationToken);
            }

            return manifest;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<Ffmpeg> FindFfmpegAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await finder.FindAsync(cancellationToken);
        }
        catch (FfmpegException failure)
        {
            throw new JobFailedException(failure.Message);
        }
    }

    private static async Task<Manifest> DescribeAsync(
        WorkerInput input, ModelChoice model, TrackedPath? path, VideoResult result, string directory, TimeSpan elapsed,
        CancellationToken cancellationToken)
    {
        await using var file = new FileStream(Path.Combine(directory, ResultFile), FileMode.Open, FileAccess.Read);
        return new Manifest
        {
            OutputKey = input.OutputKey,
            SizeBytes = file.Length,
            Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)),
            ContentType = ResultType,
            DurationS = result.DurationSeconds,
            Width = result.Size.Width,
            Height = result.Size.Height,
            FrameRate = Math.Round(result.FramesPerSecond, 3),
            HasAudio = result.HasAudio,
            UpscaleModel = input.UpscaleModel,
            UpscaledBy = model.UpscaledBy,
            InterpolatedBy = model.InterpolatedBy(input),
            CropKeyframes = path?.Keyframes,
            TrackLost = path?.Lost,
            ProcessingS = Math.Round(elapsed.TotalSeconds, 3),
        };
    }

    private static void RefuseLonger(double seconds, WorkerInput input)
    {
        if (seconds > input.MaxDurationSeconds + DurationToleranceSeconds)
        {
            throw new JobFailedException(string.Create(
                CultureInfo.InvariantCulture, $"the source lasts longer ({seconds:0.##} s) than the "
                    + $"{input.MaxDurationSeconds:0.##} s that are allowed"));
        }
    }

    private async Task WriteTextsAsync(WorkerInput input, string directory, CancellationToken cancellationToken)
    {
        var texts = input.OverlayLayers.OfType<TextLayer>().Select(layer => layer.Text).ToArray();
        if (texts.Length == 0)
        {
            return;
        }

        var fonts = await fontFinder.FindAsync(texts, cancellationToken);
        var folder = Directory.CreateDirectory(Path.Combine(directory, OverlayFilters.FontFolder));
        foreach (var (index, font) in fonts.Index())
        {
            await FontCopy.WriteAsync(font, Path.Combine(folder.FullName, $"{index}{Path.GetExtension(font.Path)}"), cancellationToken);
        }

        foreach (var (index, layer) in input.OverlayLayers.Index())
        {
            if (layer is TextLayer text)
            {
                await File.WriteAllTextAsync(
                    Path.Combine(directory, OverlayFilters.TextFile(index)),
                    TextScript.Write(text, input.TargetSize, fonts),
                    cancellationToken);
            }
        }
    }

    private async Task EncodeAsync(
        Ffmpeg ffmpeg, WorkerInput input, ModelChoice model, VideoSource source, string directory, Action<int> progress,
        CancellationToken cancellationToken)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var meter = new ProgressMeter(source.Duration, progress);
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
            var encoder = new Encoder(ffmpeg, await codecFinder.FindAsync(ffmpeg, cancellationToken), directory);
            var work = new EncodingWork(ffmpeg, encoder, models, directory, new EncoderFiles(SourceFile, FilterFile, ResultFile));
            var (exitCode, errors) = await work.RunAsync(input, model, source, Read, tooLong.Token);
            if (exitCode != 0)
            {
                // What ffmpeg says is about its own parts and their addresses, which means nothing to the job's user.
                EncodingFailed(log, exitCode, errors[..Math.Min(errors.Length, 2000)]);
                throw new JobFailedException("the video could not be processed: it is damaged, or in a format that is not supported");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A container may report less than it contains: the output's length counts.
        }

        RefuseLonger(meter.Seconds, input);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "ffmpeg ended with {ExitCode}: {Errors}")]
    private static partial void EncodingFailed(ILogger log, int exitCode, string errors);
}
