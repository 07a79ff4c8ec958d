using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Which links to outputs users were given, when and from where.</summary>
internal sealed class DownloadLog(StorageDbContext database, TimeProvider time)
{
    /// <summary>A link is about to be given.</summary>
    public Task AddAsync(Guid userId, string outputKey, string clientAddress, string filename, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO downloads (user_id, download_id, output_key, client_address, filename, first_at, last_at, link_count)
            VALUES ({userId}, {Guid.CreateVersion7(now)}, {outputKey}, {clientAddress}, {filename}, {now}, {now}, 1)
            ON CONFLICT (user_id, output_key, client_address) DO UPDATE SET filename = excluded.filename,
                last_at = greatest(downloads.last_at, excluded.last_at), link_count = downloads.link_count + 1
            """, cancellationToken);
    }

    /// <summary>A page of the downloads of the person who has this id, with a link since that time, the newest first.</summary>
    public async Task<List<Download>> ListAsync(
        Guid userId, DateTimeOffset since, DownloadCursor after, int limit, CancellationToken cancellationToken)
    {
        var users = await database.PersonOfAsync(userId, cancellationToken);
        return await database.Downloads.FromSql(
            $"""
            SELECT found.* FROM unnest({users}) owner CROSS JOIN LATERAL (
                SELECT * FROM downloads WHERE user_id = owner AND last_at >= {since} AND download_id < {after.DownloadId}
                ORDER BY download_id DESC LIMIT {limit}) found
            ORDER BY download_id DESC LIMIT {limit}
            """).AsNoTracking().ToListAsync(cancellationToken);
    }
}
