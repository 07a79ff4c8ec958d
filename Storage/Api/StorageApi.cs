using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The REST endpoints, which browsers call through the Gateway.</summary>
internal static class StorageApi
{
    public static void MapStorageApi(this WebApplication app)
    {
        var uploads = app.MapGroup("/api/uploads").RequireCaller().AddEndpointFilter(AnswerOutageAsync);
        uploads.MapPost("/", StartAsync).WithRenewedIdempotency()
            .Produces<SingleUploadResponse>(StatusCodes.Status201Created).Produces<MultipartUploadResponse>(StatusCodes.Status201Created);
        uploads.MapPost("/complete", CompleteAsync).Produces<CompleteUploadResponse>();
        uploads.MapGet("/{**key}", GetAsync).Produces<UploadStateResponse>();
        app.MapDelete("/api/files/{**key}", RemoveAsync).RequireCaller().AddEndpointFilter(AnswerOutageAsync)
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> StartAsync(
        StartUploadRequest request, Caller caller, HttpContext context, Uploads uploads, IOptions<UploadOptions> options,
        UploadLinks links, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Errors() is { Length: > 0 } errors)
        {
            return Problems.Validation(errors);
        }

        if (VideoTypes.Find(request.ContentType!) is not { } type)
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Unsupported media type",
                $"Supported types: {VideoTypes.Supported}.");
        }

        var maxBytes = options.Value.MaxUploadBytes;
        if (request.SizeBytes > maxBytes)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "too_large", "Too large",
                $"A video may have at most {maxBytes} bytes.", ("max_bytes", maxBytes));
        }

        var upload = await uploads.StartAsync(
            caller.UserId, context.OperationId(), request.Filename!, type, request.SizeBytes!.Value, cancellationToken);
        // A repeated request may come after its upload was removed.
        return upload.IsGone(time.GetUtcNow())
            ? StorageMapping.Expired()
            : TypedResults.Json(links.For(upload), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> CompleteAsync(
        CompleteUploadRequest request, Caller caller, Uploads uploads, CancellationToken cancellationToken)
    {
        if (request.Errors() is { Length: > 0 } errors)
        {
            return Problems.Validation(errors);
        }

        var parts = request.Parts?.Select(part => new R2Part(part!.PartNumber!.Value, part.Etag!)).ToList();
        return (await uploads.CompleteAsync(caller.UserId, request.Key!, request.UploadId, parts, cancellationToken)).ToResult();
    }

    private static async Task<IResult> GetAsync(
        string key, Caller caller, UploadProgressReader reader, UploadLinks links, CancellationToken cancellationToken)
    {
        var (code, progress) = await reader.FindAsync(caller.UserId, Unescape(key), cancellationToken);
        return progress is null ? new Completion(code).ToResult() : TypedResults.Ok(links.For(progress));
    }

    private static async Task<IResult> RemoveAsync(
        string key, Caller caller, FileRemoval removal, CancellationToken cancellationToken) =>
        (await removal.RemoveAsync(caller.UserId, Unescape(key), cancellationToken)).ToResult();

    // Routing decodes a path but for its escaped slashes.
    private static string Unescape(string key) => key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<object?> AnswerOutageAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (StorageUnavailableException)
        {
            return Problems.Unavailable("storage_unavailable", "Storage unavailable");
        }
        catch (QuotaExceededException exceeded)
        {
            return exceeded.Usage.ToResult();
        }
    }
}
