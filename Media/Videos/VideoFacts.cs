namespace ReelBallers.Media;

/// <summary>What a video is, as the file itself says.</summary>
/// <param name="Container"><c>mp4</c>, <c>mov</c>, <c>webm</c> or <c>matroska</c>.</param>
/// <param name="DurationSeconds">To the end of picture and sound.</param>
/// <param name="Width">As displayed: turned as the recorder was held, with square pixels.</param>
/// <param name="Height">As displayed.</param>
/// <param name="Rotation">By how many degrees players turn the stored picture, clockwise.</param>
/// <param name="FrameRate">Frames a second, on average.</param>
/// <param name="VideoCodec">In ffmpeg's names.</param>
/// <param name="AudioCodec">Of the first sound; null without sound.</param>
/// <param name="AudioChannels">0 without sound.</param>
public sealed record VideoFacts(
    string Container, double DurationSeconds, int Width, int Height, int Rotation, double FrameRate, string VideoCodec,
    string? AudioCodec, int AudioChannels);

/// <summary>The result of looking at a file.</summary>
public abstract record VideoReading
{
    private VideoReading()
    {
    }

    /// <summary>It is a video.</summary>
    public sealed record Video(VideoFacts Facts) : VideoReading;

    /// <summary>It is not, or not one that can be worked on; the reason is a part of a sentence, as "it has only sound".</summary>
    public sealed record NotAVideo(string Reason) : VideoReading;
}

/// <summary>Whether a file is a video could not be found out: not the file's fault. The message has no URL.</summary>
public sealed class VideoUnreadException(string message) : Exception(message);
