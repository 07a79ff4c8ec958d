using ReelBallers.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Gateway;

/// <summary>A session whose tokens are rejected although their signature is valid.</summary>
internal sealed class RevokedSession
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; init; }

    /// <summary>Whose it was.</summary>
    public Guid UserId { get; init; }

    /// <summary>By the database's clock, which all replicas share: they poll for revocations since their last poll.</summary>
    public DateTimeOffset RevokedAt { get; init; }

    /// <summary>When the last token of the session has expired and the row can be deleted.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>The Gateway's database.</summary>
internal sealed class GatewayDbContext(DbContextOptions<GatewayDbContext> options) : DbContext(options)
{
    /// <summary>The table <c>revoked_sessions</c>.</summary>
    public DbSet<RevokedSession> RevokedSessions => Set<RevokedSession>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<RevokedSession>(Configure);

    private static void Configure(EntityTypeBuilder<RevokedSession> revoked)
    {
        revoked.HasKey(row => row.SessionId);
        // The indexes are for the poll of each replica and for the purge.
        revoked.HasIndex(row => new { row.RevokedAt, row.SessionId }).HasDatabaseName("ix_revoked_sessions_revoked_at");
        revoked.HasIndex(row => row.ExpiresAt);
        revoked.Property(row => row.SessionId).ValueGeneratedNever();
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class GatewayDesignTimeFactory : DesignTimeFactory<GatewayDbContext>;
