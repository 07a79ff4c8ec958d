using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Payments;

/// <summary>The tables of the reconciler and of what is set aside.</summary>
internal static class ParkingTables
{
    public static void ConfigureParking(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ParkedItem>(Configure);
        modelBuilder.Entity<ReconcilerMark>(Configure);
    }

    private static void Configure(EntityTypeBuilder<ParkedItem> item)
    {
        item.ToTable("parked_items", table => table.HasCheckConstraint("ck_parked_items_kind", "kind BETWEEN 1 AND 5"));
        item.HasKey(row => new { row.Kind, row.Id });
        item.HasIndex(row => new { row.Kind, row.NextAttemptAt }).HasFilter("next_attempt_at IS NOT NULL")
            .HasDatabaseName("ix_parked_items_due");
        item.HasIndex(row => new { row.ParkedAt, row.Id }).HasFilter("dismissed_at IS NULL").HasDatabaseName("ix_parked_items_open");
        item.Property(row => row.Id).HasMaxLength(255);
        item.Property(row => row.Reason).HasMaxLength(60);
    }

    private static void Configure(EntityTypeBuilder<ReconcilerMark> mark)
    {
        mark.ToTable("reconciler_marks");
        mark.HasKey(row => row.Name);
        mark.Property(row => row.Name).HasMaxLength(40);
    }
}
