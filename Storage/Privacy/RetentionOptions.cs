using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>How long personal data is kept: section <c>Retention</c>.</summary>
internal sealed class RetentionOptions : IValidatedOptions
{
    /// <summary>
    /// How long a download is kept after its last link. Card networks take disputes up to 540 days after a payment, and the bank waits
    /// some weeks for evidence.
    /// </summary>
    public const int DownloadDays = 600;

    /// <summary>The addresses of downloads; as <c>Retention:DoneDays</c> of Payments, which keeps those of purchases.</summary>
    public int AddressDays { get; init; } = 30;

    public void Validate(OptionsErrors errors) => errors.Range(nameof(AddressDays), AddressDays, 2, DownloadDays);
}
