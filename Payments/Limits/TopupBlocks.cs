using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Blocks of users after a lost dispute for fraud.</summary>
internal sealed partial class TopupBlocks(PaymentsDbContext database, TimeProvider time, ILogger<TopupBlocks> logger)
{
    /// <summary>Blocks a user, once for each reference.</summary>
    public async Task AddAsync(Guid userId, string reference, CancellationToken cancellationToken)
    {
        var added = await database.Database.ExecuteSqlAsync(
            $"""
            insert into topup_blocks (user_id, reference, blocked_at) values ({userId}, {reference}, {time.GetUtcNow()})
            on conflict do nothing
            """, cancellationToken);
        if (added == 1)
        {
            LogBlocked(userId, reference);
        }
    }

    /// <summary>Lifts all blocks of the person who has this id; returns how many.</summary>
    public async Task<int> LiftAsync(Guid userId, string actor, CancellationToken cancellationToken)
    {
        var (now, users) = (time.GetUtcNow(), await database.PersonOfAsync(userId, cancellationToken));
        var lifted = await database.TopupBlocks.Where(row => users.Contains(row.UserId) && row.LiftedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LiftedAt, now).SetProperty(row => row.LiftedBy, actor), cancellationToken);
        if (lifted > 0)
        {
            LogLifted(userId, actor);
        }
        return lifted;
    }

    [LoggerMessage(LogLevel.Warning, "User {UserId} can start no top-ups after the lost dispute {Reference}, until an operator says so")]
    private partial void LogBlocked(Guid userId, string reference);

    [LoggerMessage(LogLevel.Information, "User {UserId} can start top-ups again, by {Actor}")]
    private partial void LogLifted(Guid userId, string actor);
}
