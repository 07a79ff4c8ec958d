using System.Text.Json.Serialization;

namespace ReelBallers.Jobs;

/// <summary>A job with its receipt, as its user sees it.</summary>
internal sealed record JobDetailsView : JobView
{
    public JobDetailsView(Receipt receipt, WindowPath? path, JobOutlook outlook)
        : base(receipt.Job.ToView(outlook)) =>
        (Receipt, CropKeyframes, TrackLost) = (ReceiptView.Of(receipt), path?.Keyframes, path?.Lost);

    [JsonPropertyOrder(1)]
    public ReceiptView Receipt { get; }

    /// <summary>Of a completed track job: the path of its window, which a framing job takes to correct it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CropKeyframe>? CropKeyframes { get; }

    /// <summary>Of a completed track job: when the subject was not seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LostTime>? TrackLost { get; }
}

/// <summary>
/// The receipt of a job for its user. What the runs cost us is for operators: users are charged by the price table, not by
/// the second.
/// </summary>
internal sealed record ReceiptView(
    long QuotedCents, MovementView Held, MovementView? Settled, MovementView? Refunded, decimal GpuSeconds, decimal OrphanGpuSeconds,
    IReadOnlyList<RunView> Runs)
{
    public static ReceiptView Of(Receipt receipt) => new(
        receipt.Job.CostCents, MovementView.Of(receipt.Held), receipt.Settled is { } settled ? MovementView.Of(settled) : null,
        receipt.Refunded is { } refunded ? MovementView.Of(refunded) : null, Seconds(receipt.GpuMilliseconds),
        Seconds(receipt.OrphanGpuMilliseconds), [.. receipt.Runs.Select(RunView.Of)]);

    public static decimal Seconds(long milliseconds) => milliseconds / 1000m;
}

/// <summary>An amount, and the ledger's transfer that moved it; null when nothing was moved.</summary>
internal sealed record MovementView(long Cents, string? TransferId)
{
    public static MovementView Of(Receipt.Movement movement) => new(movement.Cents, movement.TransferId);
}

/// <summary>One submission to RunPod.</summary>
internal sealed record RunView(
    int Number, string State, DateTimeOffset SubmittedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, decimal? GpuSeconds)
{
    public static RunView Of(Run run) => new(
        run.Number, run.State.ToText(), run.SubmittedAt, run.StartedAt, run.EndedAt,
        run.ExecutionTimeMs is { } milliseconds ? ReceiptView.Seconds(milliseconds) : null);
}
