using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>
/// Erases what the rows say of a person: addresses and file names. Keys, times and counts stay, as in the books. The files themselves
/// are removed a day after their use in any case. Safe to repeat.
/// </summary>
internal sealed class Erasure(StorageDbContext database)
{
    public async Task EraseAsync(Guid userId, CancellationToken cancellationToken)
    {
        var users = await database.PersonOfAsync(userId, cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"""
            UPDATE downloads SET client_address = NULL, filename = ''
            WHERE user_id = ANY ({users}) AND (client_address IS NOT NULL OR filename <> '');
            UPDATE uploads SET filename = '' WHERE user_id = ANY ({users}) AND filename <> ''
            """, cancellationToken);
    }
}
