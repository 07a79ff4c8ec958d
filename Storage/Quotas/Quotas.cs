using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>What a user stores, and how much that may be.</summary>
internal sealed record QuotaUsage(long UsedBytes, long LimitBytes, int OpenUploads, int MaxOpenUploads)
{
    /// <summary>Whether another upload of this size fits.</summary>
    public bool Fits(long sizeBytes) => sizeBytes <= LimitBytes - UsedBytes && OpenUploads < MaxOpenUploads;
}

/// <summary>An upload that does not fit into its user's quota.</summary>
internal sealed class QuotaExceededException(QuotaUsage usage) : Exception("The quota of the user is exceeded.")
{
    /// <summary>What the user stores.</summary>
    public QuotaUsage Usage => usage;
}

/// <summary>
/// The quotas of the users. An upload counts with its declared size from its start until its object is removed. Outputs do not
/// count: they were paid for. Users who belong to a user count with this one.
/// </summary>
internal sealed class Quotas(StorageDbContext database, IOptions<QuotaOptions> options)
{
    /// <summary>Checks without a lock.</summary>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    public async Task CheckAsync(Guid userId, long sizeBytes, CancellationToken cancellationToken)
    {
        var users = await database.UsersOfAsync(userId, cancellationToken);
        var hasPaid = await database.Users.AnyAsync(row => users.Contains(row.UserId) && row.HasPaid, cancellationToken);
        var live = database.Uploads.Where(row => users.Contains(row.UserId) && row.RemovedAt == null);
        var usedBytes = await live.SumAsync(row => row.SizeBytes, cancellationToken);
        var open = await live.CountAsync(row => row.CompletedAt == null, cancellationToken);
        var (limitBytes, maxOpen) = options.Value.For(hasPaid);
        var usage = new QuotaUsage(usedBytes, limitBytes, open, maxOpen);
        if (!usage.Fits(sizeBytes))
        {
            throw new QuotaExceededException(usage);
        }
    }

    /// <summary>
    /// Checks under the user's lock, which the transaction holds until its commit: of concurrent uploads none slips through.
    /// </summary>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    public async Task ReserveAsync(Guid userId, long sizeBytes, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync(
            $"INSERT INTO storage_users (user_id, has_paid) VALUES ({userId}, false) ON CONFLICT DO NOTHING", cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM storage_users WHERE user_id = {userId} FOR UPDATE", cancellationToken);
        await CheckAsync(userId, sizeBytes, cancellationToken);
    }

    /// <summary>The user has paid at least once, which never changes back. Safe to repeat.</summary>
    public Task MarkPaidAsync(Guid userId, CancellationToken cancellationToken) => database.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO storage_users (user_id, has_paid) VALUES ({userId}, true)
        ON CONFLICT (user_id) DO UPDATE SET has_paid = true WHERE NOT storage_users.has_paid
        """, cancellationToken);
}
