using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The outbox of posts to the webhook, which replicas share by leases.</summary>
internal sealed class AlertPosts(AccountsDbContext database, TimeProvider time)
{
    /// <summary>After which another replica may take a post whose sender has died. Longer than an attempt.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Adds a post to the caller's transaction.</summary>
    public async Task AddAsync(string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        database.AlertPosts.Add(new AlertPost { PostId = Guid.CreateVersion7(now), Text = text, CreatedAt = now, DueAt = now });
        await database.SaveChangesAsync(cancellationToken);
        await database.NotifyAsync(WorkListener.AlertPost, cancellationToken);
    }

    /// <summary>Leases posts that are due, each as an attempt.</summary>
    public Task<IReadOnlyList<AlertPost>> LeaseAsync(int limit, CancellationToken cancellationToken) =>
        database.AlertPosts.LeaseAsync("sent_at is null and failed_at is null", time.GetUtcNow(), Lease, limit, cancellationToken);

    /// <summary>It was accepted.</summary>
    public Task SentAsync(AlertPost post, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Held(post).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.SentAt, now).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>The attempt has failed; the next one is made after this delay.</summary>
    public Task RetryAsync(AlertPost post, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        var due = time.GetUtcNow() + delay;
        return Held(post).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DueAt, due).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.LastError, reason),
            cancellationToken);
    }

    /// <summary>No further attempt is made: a dead letter.</summary>
    public Task GiveUpAsync(AlertPost post, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Held(post).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.FailedAt, now).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.LastError, reason),
            cancellationToken);
    }

    /// <summary>A dead letter is due again, with all its attempts.</summary>
    /// <exception cref="RpcRejection">There is no such dead letter.</exception>
    public async Task ReplayAsync(Guid postId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reopened = await database.AlertPosts.Where(row => row.PostId == postId && row.FailedAt != null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.FailedAt, (DateTimeOffset?)null).SetProperty(row => row.Attempts, 0)
                .SetProperty(row => row.DueAt, now),
            cancellationToken);
        if (reopened == 0)
        {
            throw RpcErrors.Reject(StatusCode.NotFound, "alert_post_not_dead", "No post with this id was given up.");
        }
    }

    // Only the attempt that still has the lease may end it.
    private IQueryable<AlertPost> Held(AlertPost post) => database.AlertPosts.Where(row =>
        row.PostId == post.PostId && row.Attempts == post.Attempts && row.SentAt == null && row.FailedAt == null);
}
