namespace ReelBallers.Storage;

/// <summary>A run's output, or what is wrong with it.</summary>
internal abstract record OutputReading
{
    private OutputReading()
    {
    }

    internal sealed record Missing : OutputReading;

    /// <summary>Not, or not yet, what the worker was to write.</summary>
    internal sealed record Unusable(string Problem) : OutputReading;

    internal sealed record Whole(string Key, long SizeBytes, OutputManifest Manifest) : OutputReading;
}

/// <summary>
/// Looks whether a run's output is whole. The worker writes the manifest last, so an output without one is not finished.
/// </summary>
internal sealed class OutputReader(R2Client r2)
{
    /// <exception cref="StorageUnavailableException">Unknown; call again.</exception>
    public async Task<OutputReading> ReadAsync(Guid userId, Guid jobId, int run, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Output(userId, jobId, run);
        if (await r2.HeadAsync(key, cancellationToken) is not { } stored)
        {
            return new OutputReading.Missing();
        }

        if (stored.SizeBytes == 0)
        {
            return new OutputReading.Unusable("it is empty");
        }

        // A byte more than allowed tells a manifest that is too long.
        var text = await r2.ReadAsync(
            ObjectKeys.Manifest(userId, jobId, run), null, 0, OutputManifest.MaxBytes + 1, cancellationToken);
        if (text is null)
        {
            return new OutputReading.Unusable("its manifest is missing");
        }

        if (OutputManifest.Parse(text) is not { } manifest)
        {
            return new OutputReading.Unusable("its manifest cannot be read");
        }

        if (Mismatch(key, stored, manifest) is { } mismatch)
        {
            return new OutputReading.Unusable(mismatch);
        }

        var start = await r2.ReadAsync(key, stored.ETag, 0, VideoSignature.Length, cancellationToken);
        return start is null ? new OutputReading.Unusable("it was replaced while it was read")
            : VideoSignature.Detect(start) != VideoContainer.IsoMedia ? new OutputReading.Unusable("it is not an MP4")
            : new OutputReading.Whole(key, stored.SizeBytes, manifest);
    }

    private static string? Mismatch(string key, R2Object stored, OutputManifest manifest) => manifest switch
    {
        _ when manifest.OutputKey != key => "its manifest is about another object",
        _ when manifest.SizeBytes != stored.SizeBytes => $"it has {stored.SizeBytes} bytes of {manifest.SizeBytes}",
        _ when manifest.ContentType != JobFiles.OutputContentType || stored.ContentType != manifest.ContentType =>
            "it has another type than its manifest says",
        _ => null,
    };
}
