using Microsoft.EntityFrameworkCore;

namespace ReelBallers.ServiceDefaults;

/// <summary>The table of joined users, and whose rows a user may see by it.</summary>
public static class JoinedUserModel
{
    /// <summary>Adds the table <c>joined_users</c> to a service's model.</summary>
    public static void AddJoinedUsers(this ModelBuilder model) => model.Entity<JoinedUser>(joined =>
    {
        joined.ToTable("joined_users", table => table.HasCheckConstraint("ck_joined_users_users", "from_user_id <> into_user_id"));
        joined.HasKey(row => row.FromUserId);
        joined.HasIndex(row => row.IntoUserId).HasDatabaseName("ix_joined_users_into");
        joined.Property(row => row.FromUserId).ValueGeneratedNever();
    });

    /// <summary>The user first, and the users who belong to this one.</summary>
    public static async Task<Guid[]> UsersOfAsync(this DbContext database, Guid userId, CancellationToken cancellationToken) =>
        [userId, .. await database.Set<JoinedUser>().Where(row => row.IntoUserId == userId).Select(row => row.FromUserId)
            .ToListAsync(cancellationToken)];

    /// <summary>All ids of the person who has this one: the account first, if there is one.</summary>
    public static async Task<Guid[]> PersonOfAsync(this DbContext database, Guid userId, CancellationToken cancellationToken) =>
        await database.UsersOfAsync(
            await database.Set<JoinedUser>().Where(row => row.FromUserId == userId).Select(row => (Guid?)row.IntoUserId)
                .SingleOrDefaultAsync(cancellationToken) ?? userId,
            cancellationToken);
}
