using Microsoft.AspNetCore.Http.Metadata;

namespace ReelBallers.Wallet;

/// <summary>
/// The maximum size of a gRPC call: <see cref="Ledger.MaxBatchLength"/> commands whose fields all have their maximum length.
/// Only our own services can make one.
/// </summary>
internal sealed class WalletRequestSize : IRequestSizeLimitMetadata
{
    // A description is text of any script, up to three bytes for each of its UTF-16 characters; the rest are ASCII.
    private const int MaxCommandBytes =
        36 + (2 * Validation.MaxKeyLength) + Validation.MaxJobIdLength + (3 * Validation.MaxDescriptionLength) + 64;

    /// <summary>In bytes.</summary>
    public const int Max = Ledger.MaxBatchLength * MaxCommandBytes;

    /// <inheritdoc />
    public long? MaxRequestBodySize => Max;
}
