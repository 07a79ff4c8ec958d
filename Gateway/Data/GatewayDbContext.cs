using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>The Gateway's database.</summary>
internal sealed class GatewayDbContext(DbContextOptions<GatewayDbContext> options) : DbContext(options)
{
    /// <summary>The table <c>revoked_sessions</c>.</summary>
    public DbSet<RevokedSession> RevokedSessions => Set<RevokedSession>();

    /// <summary>The table <c>revoked_users</c>.</summary>
    public DbSet<RevokedUser> RevokedUsers => Set<RevokedUser>();

    /// <summary>The table <c>sessions</c>.</summary>
    public DbSet<KnownSession> Sessions => Set<KnownSession>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RevokedSession>(Configure);
        modelBuilder.Entity<RevokedUser>(Configure);
        modelBuilder.Entity<KnownSession>(Configure);
    }

    private static void Configure(EntityTypeBuilder<RevokedSession> revoked)
    {
        revoked.HasKey(row => row.SessionId);
        // The indexes are for the poll of each replica and for the purge.
        revoked.HasIndex(row => new { row.RevokedAt, row.SessionId }).HasDatabaseName("ix_revoked_sessions_revoked_at");
        revoked.HasIndex(row => row.ExpiresAt);
        revoked.Property(row => row.SessionId).ValueGeneratedNever();
    }

    private static void Configure(EntityTypeBuilder<RevokedUser> revoked)
    {
        revoked.HasKey(row => row.UserId);
        // As above.
        revoked.HasIndex(row => new { row.RevokedAt, row.UserId }).HasDatabaseName("ix_revoked_users_revoked_at");
        revoked.HasIndex(row => row.ExpiresAt);
        revoked.Property(row => row.UserId).ValueGeneratedNever();
    }

    private static void Configure(EntityTypeBuilder<KnownSession> session)
    {
        session.HasKey(row => row.SessionId);
        session.HasIndex(row => new { row.UserId, row.LastSeenAt });
        // For the purge.
        session.HasIndex(row => row.LastSeenAt);
        session.Property(row => row.SessionId).ValueGeneratedNever();
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class GatewayDesignTimeFactory : DesignTimeFactory<GatewayDbContext>;
