namespace ReelBallers.Media;

/// <summary>This machine has no ffmpeg or ffprobe that can be used; the message says why, without a path.</summary>
public sealed class FfmpegException(string message) : Exception(message);
