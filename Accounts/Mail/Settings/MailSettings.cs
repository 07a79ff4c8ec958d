using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Which kinds of mails a user gets. Who has switched none off gets all.</summary>
internal sealed class MailSettings(AccountsDbContext database, TimeProvider time)
{
    /// <summary>The kinds that the user has switched off.</summary>
    public Task<List<MailKind>> SwitchedOffAsync(Guid userId, CancellationToken cancellationToken) =>
        database.SwitchedOffMails.Where(row => row.UserId == userId).Select(row => row.Kind).ToListAsync(cancellationToken);

    /// <summary>Switches kinds on and off, those that are named. Safe to repeat. Mails that are in the outbox already are sent.</summary>
    public async Task SwitchAsync(Guid userId, IReadOnlyDictionary<MailKind, bool> kinds, CancellationToken cancellationToken)
    {
        var (on, off) = (Of(kinds, isOn: true), Of(kinds, isOn: false));
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"delete from switched_off_mails where user_id = {userId} and kind = any({on})", cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into switched_off_mails (user_id, kind, since)
            select {userId}, kind, {time.GetUtcNow()} from unnest({off}) as kind on conflict do nothing
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // In one order, so that two requests at once do not wait for each other.
    private static short[] Of(IReadOnlyDictionary<MailKind, bool> kinds, bool isOn) =>
        [.. kinds.Where(kind => kind.Value == isOn).Select(kind => (short)kind.Key).Order()];
}
