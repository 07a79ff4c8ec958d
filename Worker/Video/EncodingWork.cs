namespace ReelBallers.Worker;

/// <summary>Turns a source into a result, with a model between the decoder and the encoder or without one.</summary>
internal sealed class EncodingWork(Ffmpeg ffmpeg, Encoder encoder, WorkerModels models, string directory, EncoderFiles files)
{
    /// <summary>Runs ffmpeg, handing on the lines of its progress.</summary>
    /// <returns>The exit code and what it wrote to its standard error, which is not for users.</returns>
    /// <exception cref="JobFailedException">The crop is not inside the source, or the model needs more memory than there is.</exception>
    public async Task<(int ExitCode, string Errors)> RunAsync(
        WorkerInput input, ModelChoice choice, VideoSource source, Action<string> onLine, CancellationToken cancellationToken)
    {
        if (choice.File is not { } file)
        {
            await WriteAsync(files.Filters, FilterGraph.Build(input, source), cancellationToken);
            return await encoder.RunAsync(source, files, onLine, cancellationToken);
        }

        var filters = FrameFilters.Of(input, source, file.Description);
        await WriteAsync(FramePipe.BeforeFile, filters.Before, cancellationToken);
        await WriteAsync(files.Filters, filters.After, cancellationToken);
        using var lease = await models.OpenAsync(file, cancellationToken);
        var sourceRate = FilterGraph.SteadyRate(source);
        var rate = file.Description.Kind == ModelKind.Upscale ? sourceRate : TargetRate(input, sourceRate);
        IFrameStage stage = file.Description.Kind == ModelKind.Upscale
            ? new UpscaleStage(lease.Model, filters.Size)
            : new InterpolateStage(lease.Model, filters.Size, rate.PerSecond, sourceRate.PerSecond);
        return await new FramePipe(ffmpeg, encoder, directory)
            .RunAsync(source, files, stage, filters.Size, rate, onLine, cancellationToken);
    }

    /// <summary>A job that does not say a rate gets twice the source's, up to the highest of a usual result.</summary>
    private static FrameRate TargetRate(WorkerInput input, FrameRate source) => input.TargetFps is { } asked
        ? FrameRate.Of(asked)
        : source.Doubled() is { IsTooHigh: false } doubled ? doubled : FrameRate.Of(FrameRate.Highest);

    private Task WriteAsync(string name, string filters, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(directory, name), filters, cancellationToken);
}
