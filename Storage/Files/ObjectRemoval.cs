using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>Removes the objects of a file whose removal has been decided (its row is leased), then marks the row. Safe to repeat.</summary>
internal sealed class ObjectRemoval(IDbContextFactory<StorageDbContext> databases, R2Client r2, TimeProvider time)
{
    private const int Concurrency = 8;

    /// <summary>
    /// Removes several at once. The first failure ends it: in an outage the others would only time out one after another.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Some are not removed.</exception>
    public Task RemoveAsync(IEnumerable<Upload> uploads, IEnumerable<Output> outputs, CancellationToken cancellationToken)
    {
        List<Func<CancellationToken, Task>> removals =
        [
            .. uploads.Select<Upload, Func<CancellationToken, Task>>(upload => token => RemoveAsync(upload, token)),
            .. outputs.Select<Output, Func<CancellationToken, Task>>(output => token => RemoveAsync(output, token)),
        ];
        return Parallel.ForEachAsync(
            removals, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (remove, token) => await remove(token));
    }

    /// <exception cref="StorageUnavailableException">Call again.</exception>
    public async Task RemoveAsync(Upload upload, CancellationToken cancellationToken)
    {
        if (upload is { MultipartId: { } multipartId, CompletedAt: null })
        {
            await r2.AbortMultipartAsync(upload.Key, multipartId, cancellationToken);
        }

        await r2.DeleteAsync(upload.Key, cancellationToken);
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Uploads
            .Where(row => row.UserId == upload.UserId && row.UploadId == upload.UploadId && row.RemovedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.RemovedAt, now).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null),
                cancellationToken);
    }

    /// <inheritdoc cref="RemoveAsync(Upload, CancellationToken)"/>
    public async Task RemoveAsync(Output output, CancellationToken cancellationToken)
    {
        foreach (var listed in await r2.ListAsync(ObjectKeys.OutputPrefix(output.UserId, output.JobId), cancellationToken))
        {
            await r2.DeleteAsync(listed.Key, cancellationToken);
        }

        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Outputs
            .Where(row => row.UserId == output.UserId && row.JobId == output.JobId && row.RemovedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.RemovedAt, now).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null),
                cancellationToken);
    }
}
