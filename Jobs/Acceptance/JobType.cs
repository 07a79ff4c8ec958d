namespace ReelBallers.Jobs;

/// <summary>What is done to the video; each has its price.</summary>
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

    /// <summary>Null when there is no type of that name.</summary>
    public static JobType? TryParse(string text) =>
        Enum.GetValues<JobType>().Cast<JobType?>().SingleOrDefault(type => type!.Value.ToWire() == text);

    public static JobType Parse(string text) => Enum.GetValues<JobType>().Single(type => type.ToWire() == text);
}
