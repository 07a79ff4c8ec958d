namespace ReelBallers.Jobs;

/// <summary>What a job is charged in the end: by the price table for what it delivered, and at most what was held.</summary>
internal sealed class Settlement(Pricing pricing)
{
    /// <param name="job">The job that has delivered.</param>
    /// <param name="delivered">The length of its result; null when it is not known.</param>
    public long CostCents(Job job, TimeSpan? delivered)
    {
        var model = job.Work.UpscaleModel;
        if (delivered is not { } length || pricing.StartedSeconds((decimal)length.TotalSeconds) is not { } seconds
            // Taken out of the catalogue since: the price that was agreed on remains.
            || (model is not null && pricing.ModelName(model) is null))
        {
            return job.CostCents;
        }
        var cost = pricing.CostCents(
            job.Type, Math.Min(seconds, job.PaidSeconds), model, job.Work.TargetResolution, job.Work.Source,
            job.Work.TargetFps);
        return Math.Min(job.CostCents, cost);
    }
}
