using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The REST endpoints: prices and jobs.</summary>
internal static class JobsApi
{
    private const int MaxBodyBytes = 256 * 1024;
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;
    public const string DefaultProject = "export";
    public const string DefaultResolution = "1080p";

    public static void MapJobsApi(this WebApplication app)
    {
        app.MapGet("/api/pricing", (Pricing pricing) => pricing.ToView());
        app.MapPost("/api/runpod/webhook/{jobId}", CallbackApi.ReceiveAsync).ReadsQuery("token").ReadsBody().Produces<ReceivedView>();

        app.MapUserEvents<JobsDbContext, JobView>();

        var jobs = app.MapGroup("/api").RequireCaller().WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        jobs.MapPost("/jobs/quote", QuoteApi.QuoteAsync).Produces<QuoteView>();
        jobs.MapPost("/jobs", CreateAsync).WithIdempotency().Produces<AcceptedView>(StatusCodes.Status202Accepted);
        jobs.MapPost("/export", ExportAsync).WithIdempotency().Produces<AcceptedView>(StatusCodes.Status202Accepted);
        jobs.MapGet("/jobs", ListAsync).Produces<JobListView>();
        jobs.MapGet("/jobs/{jobId}", GetAsync).Produces<JobDetailsView>();
        jobs.MapGet("/status/{jobId}", GetAsync).Produces<JobDetailsView>();
        jobs.MapGet("/jobs/{jobId}/events", JobEventStream.StreamAsync).ReadsHeader("Last-Event-ID")
            .Produces<JobView>(contentType: "text/event-stream").Produces(StatusCodes.Status204NoContent);
        jobs.MapPost("/jobs/{jobId}/cancel", CancelAsync).WithIdempotency().Produces<JobView>(StatusCodes.Status202Accepted);
        jobs.MapPost("/jobs/{jobId}/retry", RetryApi.RetryAsync).WithIdempotency().Produces<AcceptedView>(StatusCodes.Status202Accepted);
        jobs.MapGet("/download/{jobId}", DownloadApi.GetAsync).Produces<DownloadView>().Produces(StatusCodes.Status302Found);
    }

    public static IResult JobNotFound() => Problems.NotFound("job_not_found", "Job not found");

    private static async Task<IResult> CreateAsync(
        CreateJobRequest request, Caller caller, HttpContext context, Pricing pricing, IOptions<JobsOptions> options,
        JobAcceptance acceptance)
    {
        var validation = new JobValidation(pricing, options.Value, "params.", DefaultResolution);
        var specification = validation.Check(validation.CheckType(request.Type), request.ProjectId, request.Params, request.CostCents);
        return await AcceptAsync(specification, validation, caller, context, acceptance);
    }

    private static async Task<IResult> ExportAsync(
        ExportRequest request, Caller caller, HttpContext context, Pricing pricing, IOptions<JobsOptions> options,
        JobAcceptance acceptance)
    {
        var validation = new JobValidation(pricing, options.Value, "", defaultResolution: null);
        var specification = validation.Check(request.Type, request.ProjectId ?? DefaultProject, request.Params, request.CostCents);
        return await AcceptAsync(specification, validation, caller, context, acceptance);
    }

    private static async Task<IResult> AcceptAsync(
        JobSpecification? specification, JobValidation validation, Caller caller, HttpContext context, JobAcceptance acceptance) =>
        specification is null
            ? Problems.Validation(validation.Errors)
            : (await acceptance.AcceptAsync(caller.UserId, context.OperationId(), specification, context.RequestAborted)).ToResult();

    // Taken as strings, so that an invalid value is reported by its field name.
    private static async Task<IResult> ListAsync(
        Caller caller, JobQueries queries, CancellationToken cancellationToken,
        string? limit = null, string? cursor = null, string? status = null)
    {
        var errors = new List<(string, string)>();
        var length = QueryValues.Limit(limit, DefaultLimit, MaxLimit, errors);
        JobCursor? after = cursor is not null && JobCursor.TryParse(cursor, out var parsed) ? parsed : null;
        if (cursor is not null && after is null)
        {
            errors.Add(("cursor", "must be the next_cursor of the previous page"));
        }
        var wanted = status is null ? null : JobStatuses.TryParse(status);
        if (status is not null && wanted is null)
        {
            errors.Add(("status", $"must be one of {string.Join(", ", Enum.GetValues<JobStatus>().Select(JobStatuses.ToWire))}"));
        }
        return errors.Count > 0
            ? Problems.Validation([.. errors])
            : Results.Ok((await queries.ListAsync(caller.UserId, wanted, after, length, cancellationToken)).ToView(length));
    }

    private static async Task<IResult> GetAsync(
        string jobId, Caller caller, JobQueries queries, JobOutlooks outlooks, CancellationToken cancellationToken)
    {
        if (!JobIds.TryParse(jobId, out var id) || await queries.FindReceiptAsync(caller.UserId, id, cancellationToken) is not { } receipt)
        {
            return JobNotFound();
        }
        var path = receipt.Job is { Type: JobType.Track, Status: JobStatus.Completed }
            ? await queries.FindPathAsync(id, cancellationToken)
            : null;
        return Results.Ok(new JobDetailsView(receipt, path, await outlooks.EstimateAsync(receipt.Job, cancellationToken)));
    }

    private static async Task<IResult> CancelAsync(
        string jobId, Caller caller, JobCancellation cancellation, JobQueries queries, CancellationToken cancellationToken)
    {
        if (!JobIds.TryParse(jobId, out var id))
        {
            return JobNotFound();
        }
        var outcome = await cancellation.CancelAsync(caller.UserId, id, cancellationToken);
        var job = await queries.FindAsync(caller.UserId, id, cancellationToken);
        return (outcome, job) switch
        {
            (CancelOutcome.Cancelled, { } cancelled) => Results.Accepted($"/api/jobs/{id}", cancelled.ToView()),
            // Not found by the cancellation, but here: it is in the history.
            (CancelOutcome.TooLate or CancelOutcome.NotFound, { } ended) => Problems.Of(
                StatusCodes.Status409Conflict, "job_not_cancellable", "Job not cancellable",
                "The job has ended.", ("job_status", (ended.Outcome ?? ended.Status).ToWire())),
            _ => JobNotFound(),
        };
    }
}
