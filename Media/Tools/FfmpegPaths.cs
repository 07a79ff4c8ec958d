namespace ReelBallers.Media;

/// <summary>The programs to run.</summary>
/// <param name="Ffmpeg">Null looks for one.</param>
/// <param name="Ffprobe">Null takes the one beside ffmpeg, or the one on the PATH.</param>
public sealed record FfmpegPaths(string? Ffmpeg = null, string? Ffprobe = null);
