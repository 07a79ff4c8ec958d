using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>
/// The models of this worker: which there are, and the one that is loaded. There is one GPU, so one job at a time has a model.
/// </summary>
public sealed partial class WorkerModels(WorkerOptions options, TimeProvider time, ILogger<WorkerModels> log) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<ModelFile>? _files;
    private ModelDevice? _device;
    private LoadedModel? _loaded;

    private IReadOnlyList<ModelFile> Files => _files ??= options.ModelDirectory is { } folder ? ModelFile.ReadAll(folder) : [];

    /// <summary>Looks at the folder of models, and that there is what they run on; says in the log which there are.</summary>
    /// <exception cref="ModelException">A model or the GPU cannot be used.</exception>
    public void Check()
    {
        if (Files.Count == 0)
        {
            None(log, options.ModelDirectory ?? "none");
            return;
        }

        using var usable = Device.SessionOptions();
        Has(log, string.Join(", ", Files), Device.ToString());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loaded?.Dispose();
        _one.Dispose();
    }

    private ModelDevice Device => _device ??= new ModelDevice(options.Device);

    /// <summary>Decides what a job's pictures are made larger or more with, before anything is done for it.</summary>
    /// <exception cref="JobFailedException">This worker does not have the model that the job asks for.</exception>
    internal ModelChoice Choose(WorkerInput input)
    {
        if (input.UpscaleModel is not { } name)
        {
            return ModelChoice.None;
        }

        var file = Files.FirstOrDefault(file => file.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (file is null)
        {
            return options.StandInForModels
                ? ModelChoice.StandIn
                : throw new JobFailedException($"this worker does not have the model {name}; it has "
                    + (Files.Count == 0 ? "none" : string.Join(", ", Files.Select(file => file.Name))));
        }

        return input.TargetFps is null || file.Description.Kind == ModelKind.Interpolate
            ? new ModelChoice(file)
            : throw new JobFailedException($"input.target_fps needs a model that adds frames, which {file.Name} is not");
    }

    /// <summary>Loads a model, unless it is the one that is loaded, and keeps it for the caller until that ends it.</summary>
    /// <exception cref="JobFailedException">It needs more memory than there is.</exception>
    /// <exception cref="ModelException">It is not what its description says.</exception>
    internal async Task<ModelLease> OpenAsync(ModelFile file, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return new ModelLease(Load(file, cancellationToken), _one);
        }
        catch
        {
            _one.Release();
            throw;
        }
    }

    private LoadedModel Load(ModelFile file, CancellationToken cancellationToken)
    {
        if (_loaded?.Name == file.Name)
        {
            return _loaded;
        }

        _loaded?.Dispose();
        _loaded = null;
        try
        {
            _loaded = LoadedModel.Start(file.Name, file.Description, OnnxModel.Load(file, Device), time, cancellationToken);
        }
        catch (ModelMemoryException)
        {
            throw new JobFailedException($"{file.Name} needs more memory than this worker has");
        }

        Loaded(log, file.Name, Device.ToString(), _loaded.Runner.BatchSize);
        return _loaded;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Models: {Models}; they run on {Device}")]
    private static partial void Has(ILogger log, string models, string device);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are no models (folder: {Folder}); a job that asks for one fails")]
    private static partial void None(ILogger log, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} is loaded on {Device}, {Tiles} tiles at once")]
    private static partial void Loaded(ILogger log, string model, string device, int tiles);
}

/// <summary>What a job's pictures are made larger or more with: nothing, a stand-in, or a model.</summary>
internal sealed record ModelChoice(ModelFile? File)
{
    public static ModelChoice None { get; } = new((ModelFile?)null);

    /// <summary>ffmpeg's own filters, for a machine without models.</summary>
    public static ModelChoice StandIn { get; } = new((ModelFile?)null);

    public bool IsStandIn => ReferenceEquals(this, StandIn);

    /// <summary>What enlarged the picture, for the manifest.</summary>
    public string? UpscaledBy => IsStandIn ? "lanczos" : File?.Description.Kind == ModelKind.Upscale ? File.Name : null;

    /// <summary>What made the frames that were added.</summary>
    public string? InterpolatedBy(WorkerInput input) =>
        IsStandIn && input.TargetFps is not null ? "blend" : File?.Description.Kind == ModelKind.Interpolate ? File.Name : null;
}

/// <summary>A loaded model in the hands of one job.</summary>
internal sealed class ModelLease(LoadedModel model, SemaphoreSlim one) : IDisposable
{
    public LoadedModel Model => model;

    public void Dispose() => one.Release();
}
