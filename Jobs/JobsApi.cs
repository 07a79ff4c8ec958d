using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The REST door: prices and jobs.</summary>
internal static class JobsApi
{
    private const int MaxBodyBytes = 256 * 1024;
    private const int DefaultLimit = 20;
    private const int HighestLimit = 100;
    private const string DefaultProject = "export";

    public static void MapJobsApi(this WebApplication app)
    {
        app.MapGet("/api/pricing", (Pricing pricing) => pricing.Table.ToView());
        app.MapPost("/api/runpod/webhook/{jobId:guid}", CallbackApi.TakeAsync);

        var jobs = app.MapGroup("/api").RequireCaller().WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        jobs.MapPost("/jobs/quote", Quote);
        jobs.MapPost("/jobs", CreateAsync).WithIdempotency();
        jobs.MapPost("/export", ExportAsync).WithIdempotency();
        jobs.MapGet("/jobs", ListAsync);
        jobs.MapGet("/jobs/{jobId:guid}", GetAsync);
        jobs.MapGet("/status/{jobId:guid}", GetAsync);
        jobs.MapGet("/jobs/{jobId:guid}/events", JobEventStream.StreamAsync);
        jobs.MapPost("/jobs/{jobId:guid}/cancel", CancelAsync).WithIdempotency();
        jobs.MapGet("/download/{jobId:guid}", DownloadApi.GetAsync);
    }

    public static IResult JobNotFound() => Problems.NotFound("job_not_found", "Job not found");

    private static IResult Quote(QuoteRequest request, Pricing pricing, IOptions<JobsOptions> options)
    {
        var validation = new JobValidation(pricing, options.Value, "params.");
        return validation.Check(request.Type, DefaultProject, request.Params, expectedCostCents: null) is { } order
            ? Results.Ok(new QuoteView(order.Type, pricing.CostCents(order.Type, order.PaidSeconds)))
            : Problems.Validation(validation.Errors);
    }

    private static async Task<IResult> CreateAsync(
        CreateJobRequest request, Caller caller, HttpContext context, Pricing pricing, IOptions<JobsOptions> options, JobAcceptance acceptance)
    {
        var validation = new JobValidation(pricing, options.Value, "params.");
        var order = validation.Check(request.Type, request.ProjectId, request.Params, request.CostCents);
        return await AcceptAsync(order, validation, caller, context, acceptance);
    }

    private static async Task<IResult> ExportAsync(
        ExportRequest request, Caller caller, HttpContext context, Pricing pricing, IOptions<JobsOptions> options, JobAcceptance acceptance)
    {
        var validation = new JobValidation(pricing, options.Value, "");
        var order = validation.Check(request.Type, request.ProjectId ?? DefaultProject, request.Params, request.CostCents);
        return await AcceptAsync(order, validation, caller, context, acceptance);
    }

    private static async Task<IResult> AcceptAsync(
        JobOrder? order, JobValidation validation, Caller caller, HttpContext context, JobAcceptance acceptance) =>
        order is null
            ? Problems.Validation(validation.Errors)
            : (await acceptance.AcceptAsync(caller.UserId, context.OperationId(), order, context.RequestAborted)).ToResult();

    private static async Task<IResult> ListAsync(
        Caller caller, JobQueries queries, CancellationToken cancellationToken, int limit = DefaultLimit, string? cursor = null, string? status = null)
    {
        if (limit is < 1 or > HighestLimit)
        {
            return Problems.Validation(("limit", $"must be 1 to {HighestLimit}"));
        }
        JobCursor? after = null;
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!JobCursor.TryParse(cursor, out var parsed))
            {
                return Problems.Validation(("cursor", "must be the next_cursor of the page before"));
            }
            after = parsed;
        }
        JobStatus? wanted = null;
        if (!string.IsNullOrEmpty(status) && (wanted = JobStatuses.TryParse(status)) is null)
        {
            return Problems.Validation(("status", "must be a job's status"));
        }
        return Results.Ok((await queries.ListAsync(caller.UserId, wanted, after, limit, cancellationToken)).ToView(limit));
    }

    private static async Task<IResult> GetAsync(Guid jobId, Caller caller, JobQueries queries, CancellationToken cancellationToken) =>
        await queries.FindAsync(caller.UserId, jobId, cancellationToken) is { } job ? Results.Ok(job.ToView()) : JobNotFound();

    private static async Task<IResult> CancelAsync(
        Guid jobId, Caller caller, JobCancellation cancellation, JobQueries queries, CancellationToken cancellationToken)
    {
        var outcome = await cancellation.CancelAsync(caller.UserId, jobId, cancellationToken);
        var job = outcome == CancelOutcome.NotFound ? null : await queries.FindAsync(caller.UserId, jobId, cancellationToken);
        return (outcome, job) switch
        {
            (CancelOutcome.Cancelled, { } cancelled) => Results.Accepted($"/api/jobs/{jobId}", cancelled.ToView()),
            (CancelOutcome.TooLate, { } ended) => Problems.Of(
                StatusCodes.Status409Conflict, "job_not_cancellable", "Job not cancellable",
                "The job has ended.", ("status", (ended.Outcome ?? ended.Status).ToWire())),
            _ => JobNotFound(),
        };
    }
}
