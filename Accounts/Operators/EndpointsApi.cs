using Microsoft.AspNetCore.Mvc;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using Endpoint = ReelBallers.Jobs.V1.Endpoint;

namespace ReelBallers.Accounts;

/// <summary>The endpoints of RunPod: how they stand, pausing and resuming one.</summary>
internal static class EndpointsApi
{
    private const int MaxMinutes = 30 * 24 * 60;
    private const int MaxReasonLength = 300;

    public static void MapEndpoints(this RouteGroupBuilder operators)
    {
        operators.MapGet("/endpoints", ListAsync).Produces<EndpointsResponse>();
        operators.MapPost("/endpoints/{endpoint_id}/pause", PauseAsync).AsAct().RequireRole(Role.Admin).Produces<EndpointPausedResponse>();
        operators.MapPost("/endpoints/{endpoint_id}/resume", ResumeAsync).AsAct().RequireRole(Role.Admin).Produces<ActResponse>();
    }

    private static async Task<IResult> ListAsync(JobsService.JobsServiceClient jobs, CancellationToken cancellationToken)
    {
        var listed = await jobs.ListEndpointsAsync(new ListEndpointsRequest(), cancellationToken: cancellationToken);
        return TypedResults.Ok(new EndpointsResponse([.. listed.Endpoints.Select(EndpointMapping.ToResponse)]));
    }

    private static async Task<IResult> PauseAsync(
        [FromRoute(Name = "endpoint_id")] string endpointId, EndpointPauseBody body, Operator actor, HttpContext context,
        OperatorActs acts, JobsService.JobsServiceClient jobs, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (body.Minutes is < 1 or > MaxMinutes)
        {
            errors.Add(("minutes", $"must be an integer from 1 to {MaxMinutes}, or missing until it is resumed"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        if (await FindAsync(jobs, endpointId, cancellationToken) is not { } before)
        {
            return NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.EndpointPaused, subjectId: null, body) with
        {
            Target = endpointId,
            Before = StateOf(before),
            After = new { minutes = body.Minutes },
        };
        var request = new PauseEndpointRequest
        {
            EndpointId = endpointId,
            Reason = $"by {actor.UserId}: {act.Reason[..Math.Min(act.Reason.Length, MaxReasonLength)]}",
            Minutes = body.Minutes ?? 0,
        };
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var paused = await jobs.PauseEndpointAsync(request, cancellationToken: cancelled);
            var until = paused.PausedUntil?.ToDateTimeOffset();
            return new ActResult(TypedResults.Ok(new EndpointPausedResponse(act.ActId, until)), new { paused_until = until });
        }, cancellationToken);
    }

    private static async Task<IResult> ResumeAsync(
        [FromRoute(Name = "endpoint_id")] string endpointId, ActBody body, Operator actor, HttpContext context, OperatorActs acts,
        JobsService.JobsServiceClient jobs, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        if (await FindAsync(jobs, endpointId, cancellationToken) is not { } before)
        {
            return NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.EndpointResumed, subjectId: null, body) with
        {
            Target = endpointId,
            Before = StateOf(before),
        };
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var request = new ResumeEndpointRequest { EndpointId = endpointId };
            var resumed = await jobs.ResumeEndpointAsync(request, cancellationToken: cancelled);
            return new ActResult(TypedResults.Ok(new ActResponse(act.ActId)), new { was_paused = resumed.WasPaused });
        }, cancellationToken);
    }

    private static async Task<Endpoint?> FindAsync(
        JobsService.JobsServiceClient jobs, string endpointId, CancellationToken cancellationToken) =>
        (await jobs.ListEndpointsAsync(new ListEndpointsRequest(), cancellationToken: cancellationToken)).Endpoints
            .FirstOrDefault(endpoint => endpoint.EndpointId == endpointId);

    private static object StateOf(Endpoint endpoint) =>
        new { paused = endpoint.Paused, paused_until = endpoint.PausedUntil?.ToDateTimeOffset() };

    private static IResult NotFound() => Problems.NotFound("endpoint_not_found", "Endpoint not found");
}
