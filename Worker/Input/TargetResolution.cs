namespace ReelBallers.Worker;

/// <summary>The size of the result.</summary>
internal static class TargetResolution
{
    private static readonly string[] Resolutions = ["720p", "1080p", "1440p", "2160p"];

    /// <summary>Reads <c>target_resolution</c>; 1080p when it is missing.</summary>
    public static FrameSize Read(InputFields fields) => fields.OptionalChoice("target_resolution", Resolutions) switch
    {
        "720p" => new FrameSize(1280, 720),
        "1440p" => new FrameSize(2560, 1440),
        "2160p" => new FrameSize(3840, 2160),
        _ => new FrameSize(1920, 1080),
    };
}
