using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The price of a job before it is ordered.</summary>
internal static class QuoteApi
{
    public static async Task<IResult> QuoteAsync(
        QuoteRequest request, Caller caller, Pricing pricing, IOptions<JobsOptions> options, JobSources sources,
        CancellationToken cancellationToken)
    {
        var validation = new JobValidation(pricing, options.Value, "params.", JobsApi.DefaultResolution, isQuote: true);
        var type = validation.CheckType(request.Type);
        if (validation.Check(type, JobsApi.DefaultProject, request.Params, expectedCostCents: null) is not { } specification)
        {
            return Problems.Validation(validation.Errors);
        }
        var (source, rejection) = await sources.FindAsync(caller.UserId, specification.SourceKey, cancellationToken);
        if (source is null)
        {
            // Before the upload, the price is an estimate for a video of that length.
            return rejection is AcceptResult.SourceNotFound && specification.StatedSeconds is { } stated
                ? Answer(specification, pricing.CostCents(
                    specification.Type, pricing.StartedSeconds(stated)!.Value, specification.Work.UpscaleModel,
                    specification.Work.TargetResolution, source: null, specification.Work.TargetFps))
                : rejection!.ToResult();
        }
        return SourceCheck.Errors(specification, source, pricing, options.Value) is { Length: > 0 } errors
            ? Problems.Validation(errors)
            : Answer(specification, pricing.CostCents(specification, source));
    }

    private static IResult Answer(JobSpecification specification, long costCents) =>
        Results.Ok(new QuoteView(specification.Type, costCents));
}
