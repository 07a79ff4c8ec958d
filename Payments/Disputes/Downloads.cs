using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Payments;

/// <summary>What Storage knows of the files that users have downloaded.</summary>
internal sealed class Downloads(StorageService.StorageServiceClient storage)
{
    private const int PerPage = 100;
    private const int MaxPages = 20;

    /// <summary>Those of a user since that time, the oldest first.</summary>
    /// <exception cref="RpcException">UNAVAILABLE <c>storage_unavailable</c>: call again.</exception>
    public async Task<List<FileDownload>> SinceAsync(Guid userId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var downloads = new List<FileDownload>();
        var request = new ListDownloadsRequest { UserId = userId.ToString(), Since = since.ToTimestamp(), Limit = PerPage };
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await CallAsync(
                () => storage.ListDownloadsAsync(request, cancellationToken: cancellationToken), cancellationToken);
            downloads.AddRange(answer.Downloads.Select(FileDownload.Of));
            request.Cursor = answer.NextCursor;
            if (request.Cursor.Length == 0)
            {
                break;
            }
        }
        downloads.Reverse();
        return downloads;
    }

    /// <summary>Erases a person's addresses and file names there. Safe to repeat.</summary>
    /// <exception cref="RpcException">UNAVAILABLE <c>storage_unavailable</c>: call again.</exception>
    public Task EraseAsync(Guid userId, CancellationToken cancellationToken) => CallAsync(
        () => storage.ErasePersonAsync(new ErasePersonRequest { UserId = userId.ToString() }, cancellationToken: cancellationToken),
        cancellationToken);

    private static async Task<T> CallAsync<T>(Func<AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (RpcException outage) when (Outages.IsOutage(outage, cancellationToken))
        {
            throw RpcErrors.Reject(
                StatusCode.Unavailable, V1.PaymentsErrorCodes.StorageUnavailable, "Storage is unavailable. Call again.");
        }
    }
}

/// <summary>The links to a file that its user was given from one address.</summary>
/// <param name="FirstAt">When the first was given.</param>
/// <param name="LastAt">When the newest was given.</param>
/// <param name="Key">The key of the file.</param>
/// <param name="Filename">Its name; empty when it was erased.</param>
/// <param name="Address">An IP address or network; null when it is not known.</param>
/// <param name="Links">How many were given.</param>
internal sealed record FileDownload(
    DateTimeOffset FirstAt, DateTimeOffset LastAt, string Key, string Filename, string? Address, long Links)
{
    /// <summary>As Storage says.</summary>
    public static FileDownload Of(Download download) => new(
        download.FirstAt.ToDateTimeOffset(),
        download.LastAt.ToDateTimeOffset(),
        download.OutputKey,
        download.Filename,
        download.ClientAddress.Length > 0 ? download.ClientAddress : null,
        download.LinkCount);
}
