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

    /// <summary>The folder in which each job gets a folder for its files.</summary>
    public string WorkDirectory { get; init; } = Path.Combine(Path.GetTempPath(), "reelballers-worker");

    /// <summary>Reads <c>WORKER_FFMPEG</c>, <c>WORKER_FFPROBE</c>, <c>WORKER_FONTS</c> and <c>WORKER_DIRECTORY</c>.</summary>
    public static WorkerOptions From(Func<string, string?> variable)
    {
        string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;
        var options = new WorkerOptions
        {
            FfmpegPath = Text("WORKER_FFMPEG"),
            FfprobePath = Text("WORKER_FFPROBE"),
            FontDirectory = Text("WORKER_FONTS"),
        };
        return Text("WORKER_DIRECTORY") is { } directory ? options with { WorkDirectory = directory } : options;
    }
}
