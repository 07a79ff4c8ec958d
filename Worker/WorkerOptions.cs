namespace ReelBallers.Worker;

/// <summary>What a worker needs of its machine.</summary>
public sealed record WorkerOptions
{
    /// <summary>The ffmpeg to run; null looks for one.</summary>
    public string? FfmpegPath { get; init; }

    /// <summary>The ffprobe to run with it; null takes the one beside it, or the one on the PATH.</summary>
    public string? FfprobePath { get; init; }

    /// <summary>The folder of the fonts to draw texts with; null uses those of the machine and of npm.</summary>
    public string? FontDirectory { get; init; }
}
