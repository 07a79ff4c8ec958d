namespace ReelBallers.Payments;

/// <summary>What a comparison with Stripe repaired.</summary>
internal sealed class ReconciliationReport
{
    public long Sessions { get; set; }

    public long Refunds { get; set; }

    public long Disputes { get; set; }

    public long Events { get; set; }

    public long Commands { get; set; }

    /// <summary>The steps that were left to the next round.</summary>
    public List<string> IncompleteSteps { get; } = [];

    public long Total => Sessions + Refunds + Disputes + Events + Commands;
}
