using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>A file as it is listed.</summary>
/// <param name="CreatedAt">When it was declared; of an output, when the job's links were signed.</param>
/// <param name="Id">The upload's, or the job's.</param>
/// <param name="Upload">Null for an output.</param>
/// <param name="Output">Null for an upload.</param>
internal sealed record ListedFile(DateTimeOffset CreatedAt, Guid Id, Upload? Upload, Output? Output);

/// <summary>The last file of a page, as an opaque string.</summary>
internal readonly record struct FileCursor(DateTimeOffset CreatedAt, Guid Id)
{
    // Before the newest file.
    private static readonly (DateTimeOffset At, Guid Id) Start = (DateTimeOffset.MaxValue, Guid.AllBitsSet);

    /// <summary>False when it is not the cursor of a page; an empty one is the start.</summary>
    public static bool TryParse(string text, out FileCursor cursor)
    {
        var isCursor = RowCursor.TryRead(text, out var after);
        var (at, id) = after ?? Start;
        cursor = new FileCursor(at, id);
        return isCursor;
    }

    public override string ToString() => RowCursor.Of(CreatedAt, Id);
}

/// <summary>Lists the files of a user for operators.</summary>
internal sealed class FileLists(StorageDbContext database)
{
    /// <summary>The files of a user, and of those who belong to this one, the newest first.</summary>
    public async Task<List<ListedFile>> ListAsync(Guid userId, FileCursor after, int count, CancellationToken cancellationToken)
    {
        // By the primary keys: the rows of a user are few, since those of removed files are deleted after a while.
        var users = await database.UsersOfAsync(userId, cancellationToken);
        var (at, id) = (after.CreatedAt, after.Id);
        var uploads = await database.Uploads.AsNoTracking()
            .Where(row => users.Contains(row.UserId)
                && (row.CreatedAt < at || (row.CreatedAt == at && row.UploadId.CompareTo(id) < 0)))
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.UploadId).Take(count).ToListAsync(cancellationToken);
        var outputs = await database.Outputs.AsNoTracking()
            .Where(row => users.Contains(row.UserId)
                && (row.CreatedAt < at || (row.CreatedAt == at && row.JobId.CompareTo(id) < 0)))
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.JobId).Take(count).ToListAsync(cancellationToken);
        return [.. uploads.Select(row => new ListedFile(row.CreatedAt, row.UploadId, row, null))
            .Concat(outputs.Select(row => new ListedFile(row.CreatedAt, row.JobId, null, row)))
            .OrderByDescending(file => file.CreatedAt).ThenByDescending(file => file.Id).Take(count)];
    }
}
