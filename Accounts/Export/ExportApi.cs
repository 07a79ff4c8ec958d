using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary><c>GET /api/account/export</c>.</summary>
internal static partial class ExportApi
{
    private const string ServiceUnavailable = "service_unavailable";

    // Beyond it, on disk; and the most that there may be.
    private const int MemoryBytes = 1024 * 1024;
    private const long MaxBytes = 256 * 1024 * 1024;

    // Those of a replica at a time.
    private const int Concurrency = 4;

    private static readonly SemaphoreSlim Running = new(Concurrency);

    public static void MapExport(this WebApplication app) => app.MapGet("/api/account/export", ExportAsync).RequireCaller()
        .Produces<JsonElement>();

    private static async Task<IResult> ExportAsync(
        Caller caller, HttpContext context, ExportRequests requests, AccountExport export, TimeProvider time,
        ILogger<AccountExport> logger, CancellationToken cancellationToken)
    {
        if (!await Running.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return Problems.Unavailable(ServiceUnavailable, "Service unavailable");
        }
        try
        {
            if (await requests.AddAsync(caller.UserId, CallerAddress.Of(context), cancellationToken) is { } pause)
            {
                var seconds = Problems.RetryAfter(context.Response, pause);
                return Problems.Of(StatusCodes.Status429TooManyRequests, "export_limited", "Too many exports",
                    $"A user exports the data {ExportRequests.MaxInWindow} times an hour at most. Try again in {seconds} s.");
            }
            return await WriteAsync(caller.UserId, context, export, time, logger, cancellationToken);
        }
        finally
        {
            Running.Release();
        }
    }

    // Nothing is sent before everything is there: a part would look like the whole.
    private static async Task<IResult> WriteAsync(
        Guid userId, HttpContext context, AccountExport export, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        await using var buffer = new FileBufferingWriteStream(MemoryBytes, MaxBytes);
        try
        {
            await export.WriteAsync(userId, buffer, cancellationToken);
        }
        catch (RpcException outage) when (Outages.IsOutage(outage, cancellationToken))
        {
            LogUnavailable(logger, userId, Outages.Reason(outage));
            return Problems.Unavailable(ServiceUnavailable, "Service unavailable");
        }
        var day = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"reelballers-{day}.json\"";
        await buffer.DrainBufferAsync(context.Response.Body, cancellationToken);
        return Results.Empty;
    }

    [LoggerMessage(LogLevel.Warning, "The data of user {UserId} could not be exported ({Reason})")]
    private static partial void LogUnavailable(ILogger logger, Guid userId, string reason);
}
