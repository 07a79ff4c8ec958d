using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ReelBallers.Media;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>An upload as its user exports it; a time that is null has not come.</summary>
internal sealed record ExportedUpload(
    string Key, string Filename, string ContentType, long SizeBytes, VideoFacts? Video, DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RemovedAt);

/// <summary>The links to a result that the user was given from one address.</summary>
internal sealed record ExportedDownload(
    string Key, string Filename, string? ClientAddress, long LinkCount, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>The files of a user, as far as they are known: rows of removed ones are kept for a while.</summary>
internal sealed class UserFiles(StorageDbContext database) : IUserDataSource
{
    /// <inheritdoc />
    public async IAsyncEnumerable<UserDataEntry> ReadAsync(Guid userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var users = await database.UsersOfAsync(userId, cancellationToken);
        await foreach (var upload in database.Uploads.AsNoTracking().Where(row => users.Contains(row.UserId))
            .OrderByDescending(row => row.CreatedAt).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return new UserDataEntry("uploads", new ExportedUpload(
                upload.Key, upload.Filename, upload.ContentType, upload.SizeBytes, upload.Video, upload.CreatedAt, upload.CompletedAt,
                upload.ExpiresAt, upload.RemovedAt));
        }
        await foreach (var download in database.Downloads.AsNoTracking().Where(row => users.Contains(row.UserId))
            .OrderByDescending(row => row.FirstAt).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return new UserDataEntry("downloads", new ExportedDownload(
                download.OutputKey, download.Filename, download.ClientAddress is { Length: > 0 } address ? address : null,
                download.LinkCount, download.FirstAt, download.LastAt));
        }
    }
}
