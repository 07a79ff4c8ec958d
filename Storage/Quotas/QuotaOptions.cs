using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>How much a user may store: smaller limits for users who have never paid.</summary>
internal sealed class QuotaOptions : IValidatedOptions
{
    private const long GiB = 1024L * 1024 * 1024;

    /// <summary>The bytes of all uploads of a user who has paid.</summary>
    public long PaidBytes { get; init; } = 50 * GiB;

    /// <summary>The uploads of a user who has paid that are not completed.</summary>
    public int PaidOpenUploads { get; init; } = 100;

    /// <summary>The bytes of all uploads of a user who has never paid.</summary>
    public long UnpaidBytes { get; init; } = 5 * GiB;

    /// <summary>The uploads of a user who has never paid that are not completed.</summary>
    public int UnpaidOpenUploads { get; init; } = 20;

    /// <summary>The limits of a user.</summary>
    public (long Bytes, int OpenUploads) For(bool hasPaid) =>
        hasPaid ? (PaidBytes, PaidOpenUploads) : (UnpaidBytes, UnpaidOpenUploads);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(PaidBytes), PaidBytes, 1, long.MaxValue);
        errors.Range(nameof(PaidOpenUploads), PaidOpenUploads, 1, int.MaxValue);
        errors.Range(nameof(UnpaidBytes), UnpaidBytes, 1, long.MaxValue);
        errors.Range(nameof(UnpaidOpenUploads), UnpaidOpenUploads, 1, int.MaxValue);
    }
}
