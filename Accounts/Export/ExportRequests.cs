namespace ReelBallers.Accounts;

/// <summary>Records exports in the audit log, and limits them over all replicas: each reads everything that a user has.</summary>
internal sealed class ExportRequests(AccountsDbContext database, AuditLog audit, TimeProvider time)
{
    /// <summary>How many a user gets in <see cref="Window"/>.</summary>
    public const int MaxInWindow = 5;

    /// <summary>In which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Records one.</summary>
    /// <returns>Null; when the limit is reached, the time until the next one is possible.</returns>
    public async Task<TimeSpan?> AddAsync(Guid userId, string? clientAddress, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.LockTextAsync("user", userId.ToString(), cancellationToken);
        var exports = database.AuditEntries.Where(row => row.ActorId == userId && row.Action == AuditActions.DataExported);
        if (await SlidingWindow.PauseAsync(exports.Select(row => row.At), MaxInWindow, Window, time.GetUtcNow(), cancellationToken)
            is { } pause)
        {
            return pause;
        }
        var act = new AuditedAct(AuditActions.DataExported, userId, userId, "The user has exported the data.")
        {
            ClientAddress = clientAddress,
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }
}
