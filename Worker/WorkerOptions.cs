namespace ReelBallers.Worker;

/// <summary>What a worker needs of its machine.</summary>
public sealed record WorkerOptions
{
    /// <summary>The ffmpeg to run; null looks for one.</summary>
    public string? FfmpegPath { get; init; }

    /// <summary>The ffprobe to run with it; null takes the one beside it, or the one on the PATH.</summary>
    public string? FfprobePath { get; init; }

    /// <summary>The two programs.</summary>
    public FfmpegPaths Programs => new(FfmpegPath, FfprobePath);

    /// <summary>The folder of the fonts to draw texts with; null uses those of the machine and of npm.</summary>
    public string? FontDirectory { get; init; }

    /// <summary>The folder of the models; null has none.</summary>
    public string? ModelDirectory { get; init; }

    /// <summary>On what the models run: <c>cpu</c> or <c>cuda</c>; null is what the program was built for.</summary>
    public string? Device { get; init; }

    /// <summary>
    /// A model that is not there is replaced by ffmpeg's Lanczos, which the manifest says. Only for the offline cloud: a job that was
    /// sold with a model fails on every other worker without it.
    /// </summary>
    public bool StandInForModels { get; init; }

    /// <summary>The folder in which each job gets a folder for its files.</summary>
    public string WorkDirectory { get; init; } = Path.Combine(Path.GetTempPath(), "reelballers-worker");

    /// <summary>
    /// Reads <c>WORKER_FFMPEG</c>, <c>WORKER_FFPROBE</c>, <c>WORKER_FONTS</c>, <c>WORKER_MODELS</c>, <c>WORKER_DEVICE</c> and
    /// <c>WORKER_DIRECTORY</c>.
    /// </summary>
    public static WorkerOptions From(Func<string, string?> variable)
    {
        string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;
        var options = new WorkerOptions
        {
            FfmpegPath = Text("WORKER_FFMPEG"),
            FfprobePath = Text("WORKER_FFPROBE"),
            FontDirectory = Text("WORKER_FONTS"),
            ModelDirectory = Text("WORKER_MODELS") ?? "/models",
            Device = Text("WORKER_DEVICE"),
        };
        return Text("WORKER_DIRECTORY") is { } directory ? options with { WorkDirectory = directory } : options;
    }
}
