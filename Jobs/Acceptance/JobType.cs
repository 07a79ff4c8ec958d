namespace ReelBallers.Jobs;

/// <summary>What is done to the video; each type has its own price.</summary>
internal enum JobType
{
    Framing,
    Overlay,
    Upscale,
    Track,
}

internal static class JobTypes
{
    public static string ToWire(this JobType type) => type switch
    {
        JobType.Framing => "framing",
        JobType.Overlay => "overlay",
        JobType.Upscale => "upscale",
        JobType.Track => "track",
    };

    /// <summary>Null when no type has this name.</summary>
    public static JobType? TryParse(string text) =>
        Enum.GetValues<JobType>().Cast<JobType?>().SingleOrDefault(type => type!.Value.ToWire() == text);

    public static JobType Parse(string text) => Enum.GetValues<JobType>().Single(type => type.ToWire() == text);
}
