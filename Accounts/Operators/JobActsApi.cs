using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Acts on a job, by the same rules as its user's own.</summary>
internal static class JobActsApi
{
    public static void MapJobActs(this RouteGroupBuilder operators)
    {
        operators.MapPost("/jobs/{job_id}/cancel", CancelAsync).AsAct().Produces<JobCancelledResponse>();
        operators.MapPost("/jobs/{job_id}/retry", RetryAsync).AsAct().Produces<JobRetriedResponse>();
    }

    private static async Task<IResult> CancelAsync(
        [FromRoute(Name = "job_id")] string jobId, ActBody body, Operator actor, HttpContext context, OperatorActs acts,
        JobsService.JobsServiceClient jobs, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        if (await FindAsync(jobs, jobId, cancellationToken) is not { } job)
        {
            return Problems.NotFound("job_not_found", "Job not found");
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.JobCancelled, Guid.Parse(job.UserId), body) with
        {
            Target = job.JobId,
            Before = new { status = PossessionMapping.ToText(job.Status) },
        };
        return await acts.RunAsync(act, Role.Support, async cancelled =>
        {
            var answer = await jobs.CancelJobAsync(new CancelJobRequest { JobId = job.JobId }, cancellationToken: cancelled);
            var status = PossessionMapping.ToText(answer.Status);
            return new ActResult(TypedResults.Ok(new JobCancelledResponse(act.ActId, job.JobId, status)), new { status });
        }, cancellationToken);
    }

    private static async Task<IResult> RetryAsync(
        [FromRoute(Name = "job_id")] string jobId, JobRetryBody body, Operator actor, HttpContext context, OperatorActs acts,
        JobsService.JobsServiceClient jobs, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (body.CostCents is < 1)
        {
            errors.Add(("cost_cents", "must be an integer from 1, or missing for what it costs now"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        if (await FindAsync(jobs, jobId, cancellationToken) is not { } job)
        {
            return Problems.NotFound("job_not_found", "Job not found");
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.JobRetried, Guid.Parse(job.UserId), body) with
        {
            Target = job.JobId,
            Before = new { status = PossessionMapping.ToText(job.Status) },
            After = new { cost_cents = body.CostCents },
        };
        var request = new RetryJobRequest
        {
            JobId = job.JobId,
            OperationId = act.ActId.ToString(),
            ExpectedCents = body.CostCents ?? 0,
        };
        return await acts.RunAsync(act, Role.Support, async cancelled =>
        {
            var started = await jobs.RetryJobAsync(request, cancellationToken: cancelled);
            var response = new JobRetriedResponse(act.ActId, started.JobId, started.CostCents, started.BalanceCents);
            return new ActResult(
                TypedResults.Ok(response), new { uid = started.UserId, response.JobId, response.CostCents, response.BalanceCents });
        }, cancellationToken);
    }

    private static async Task<GetReceiptResponse?> FindAsync(
        JobsService.JobsServiceClient jobs, string jobId, CancellationToken cancellationToken)
    {
        try
        {
            return await jobs.GetReceiptAsync(new GetReceiptRequest { JobId = jobId }, cancellationToken: cancellationToken);
        }
        catch (RpcException rejected) when (ServiceRejections.IsRejection(rejected))
        {
            return null;
        }
    }
}
