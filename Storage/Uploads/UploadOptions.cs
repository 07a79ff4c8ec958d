using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The limits of uploads.</summary>
internal sealed class UploadOptions : IValidatedOptions
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;

    // R2's limits for the size of a part and of a PUT.
    private const long MinPartBytes = 5 * MiB;
    private const long MaxPutBytes = (5 * GiB) - (5 * MiB);

    /// <summary>The largest upload.</summary>
    public long MaxUploadBytes { get; init; } = 5 * GiB;

    /// <summary>The largest upload in one PUT; a larger one is uploaded in parts.</summary>
    public long SinglePartLimitBytes { get; init; } = 64 * MiB;

    /// <summary>The size of a part: what is sent again when the connection breaks.</summary>
    public long PartSizeBytes { get; init; } = 16 * MiB;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(SinglePartLimitBytes), SinglePartLimitBytes, 1, MaxPutBytes);
        errors.Range(nameof(PartSizeBytes), PartSizeBytes, MinPartBytes, MaxPutBytes);
        errors.Range(nameof(MaxUploadBytes), MaxUploadBytes, 1, MinPartBytes * UploadRules.MaxParts);
        if (PartSizeBytes is >= MinPartBytes and <= MaxPutBytes && MaxUploadBytes > PartSizeBytes * UploadRules.MaxParts)
        {
            errors.Add(
                nameof(PartSizeBytes),
                $"is {PartSizeBytes}. Set it to at least Storage:MaxUploadBytes / {UploadRules.MaxParts} (the maximum number of parts).");
        }
    }
}
