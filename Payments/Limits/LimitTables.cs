using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Payments;

/// <summary>The tables of the limits for top-ups.</summary>
internal static class LimitTables
{
    public static void ConfigureLimits(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FailedPayment>(Configure);
        modelBuilder.Entity<TopupBlock>(Configure);
    }

    private static void Configure(EntityTypeBuilder<FailedPayment> failed)
    {
        failed.ToTable("failed_payments");
        failed.HasKey(row => row.EventId);
        failed.HasIndex(row => new { row.UserId, row.FailedAt });
        failed.HasIndex(row => new { row.ClientAddress, row.FailedAt }).HasFilter("client_address IS NOT NULL");
        failed.Property(row => row.ClientAddress).HasMaxLength(60);
    }

    private static void Configure(EntityTypeBuilder<TopupBlock> block)
    {
        block.ToTable("topup_blocks");
        block.HasKey(row => new { row.UserId, row.Reference });
        block.HasIndex(row => row.UserId).HasFilter("lifted_at IS NULL").HasDatabaseName("ix_topup_blocks_active");
        block.Property(row => row.LiftedBy).HasMaxLength(100);
    }
}
