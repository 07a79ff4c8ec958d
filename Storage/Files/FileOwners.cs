using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Finds the user in whose name a caller may use a file: keys keep the user who had the file first.</summary>
internal static class FileOwners
{
    /// <summary>The user in the key when the file is the caller's; the caller for any other key, which is then not found.</summary>
    public static async Task<Guid> OwnerOfAsync(
        this StorageDbContext database, Guid caller, string? key, CancellationToken cancellationToken) =>
        ObjectKeys.Parse(key)?.UserId is { } owner && owner != caller
        && await database.Set<JoinedUser>().AnyAsync(row => row.FromUserId == owner && row.IntoUserId == caller, cancellationToken)
            ? owner
            : caller;
}
