using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Accounts;

/// <summary>What a user has at other services: payments, jobs and files, the newest first.</summary>
internal static class UserPossessionsApi
{
    public static void MapUserPossessions(this RouteGroupBuilder operators)
    {
        operators.MapGet("/users/{uid}/payments", PaymentsAsync).Produces<UserPaymentsResponse>();
        operators.MapGet("/users/{uid}/jobs", JobsAsync).Produces<UserJobsResponse>();
        operators.MapGet("/users/{uid}/files", FilesAsync).Produces<UserFilesResponse>();
    }

    private static async Task<IResult> PaymentsAsync(
        string uid, PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken,
        string? limit = null, string? cursor = null)
    {
        if (!UserIdText.TryRead(uid, out _))
        {
            return OperatorRequests.NotFound();
        }
        var (page, problem) = await OperatorRequests.PageOfAsync(limit, cursor, async (size, after) => await payments.ListPaymentsAsync(
            new ListPaymentsRequest { UserId = uid, Limit = size, Cursor = after }, cancellationToken: cancellationToken));
        return problem ?? TypedResults.Ok(new UserPaymentsResponse(
            [.. page!.Payments.Select(PossessionMapping.ToResponse)], OperatorMapping.NullIfEmpty(page.NextCursor)));
    }

    private static async Task<IResult> JobsAsync(
        string uid, JobsService.JobsServiceClient jobs, CancellationToken cancellationToken, string? limit = null, string? cursor = null)
    {
        if (!UserIdText.TryRead(uid, out _))
        {
            return OperatorRequests.NotFound();
        }
        var (page, problem) = await OperatorRequests.PageOfAsync(limit, cursor, async (size, after) => await jobs.ListJobsAsync(
            new ListJobsRequest { UserId = uid, Limit = size, Cursor = after }, cancellationToken: cancellationToken));
        return problem ?? TypedResults.Ok(new UserJobsResponse(
            [.. page!.Jobs.Select(PossessionMapping.ToResponse)], OperatorMapping.NullIfEmpty(page.NextCursor)));
    }

    private static async Task<IResult> FilesAsync(
        string uid, StorageService.StorageServiceClient storage, CancellationToken cancellationToken,
        string? limit = null, string? cursor = null)
    {
        if (!UserIdText.TryRead(uid, out _))
        {
            return OperatorRequests.NotFound();
        }
        var (page, problem) = await OperatorRequests.PageOfAsync(limit, cursor, async (size, after) => await storage.ListFilesAsync(
            new ListFilesRequest { UserId = uid, Limit = size, Cursor = after }, cancellationToken: cancellationToken));
        return problem ?? TypedResults.Ok(new UserFilesResponse(
            [.. page!.Files.Select(PossessionMapping.ToResponse)], OperatorMapping.NullIfEmpty(page.NextCursor)));
    }
}
