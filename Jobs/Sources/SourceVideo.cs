using System.Text.Json.Serialization;

namespace ReelBallers.Jobs;

/// <summary>What Storage has measured of a source.</summary>
/// <param name="DurationSeconds">To the end of picture and sound.</param>
/// <param name="Width">In pixels as displayed.</param>
/// <param name="Height">In pixels as displayed.</param>
/// <param name="FrameRate">Frames a second, on average.</param>
internal sealed record SourceVideo(decimal DurationSeconds, int Width, int Height, double FrameRate)
{
    /// <summary>As the price table names resolutions: of the shorter side, whichever way the camera was held.</summary>
    [JsonIgnore]
    public int Lines => Math.Min(Width, Height);
}
