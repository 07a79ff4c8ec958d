using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The table of grants.</summary>
internal static class GrantTables
{
    public static void ConfigureGrants(this ModelBuilder modelBuilder) => modelBuilder.Entity<AccessGrant>(Configure);

    private static void Configure(EntityTypeBuilder<AccessGrant> grant)
    {
        grant.ToTable("access_grants", table =>
        {
            table.HasCheckConstraint("ck_access_grants_state", "state BETWEEN 1 AND 9");
            table.HasCheckConstraint("ck_access_grants_duration", "duration_days > 0");
            table.HasCheckConstraint("ck_access_grants_lease", "(lease_id IS NULL) = (leased_until IS NULL)");
        });
        grant.HasKey(row => row.Id);
        grant.HasChangePosition(PaymentsDbContext.ChangedIn);
        grant.HasIndex(row => new { row.CheckoutId, row.Ordinal }).IsUnique().HasDatabaseName("ux_access_grants_checkout");
        grant.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_access_grants_checkouts");
        grant.HasIndex(row => row.NextAttemptAt).HasFilter("state IN (1, 5)").HasDatabaseName("ix_access_grants_due");
        grant.HasIndex(row => new { row.Product, row.AccessKey }).HasDatabaseName("ix_access_grants_access");
        grant.HasIndex(row => new { row.UserId, row.CreatedAt }).HasDatabaseName("ix_access_grants_user");
        // For operators.
        grant.HasIndex(row => new { row.CreatedAt, row.Id }).HasFilter("state IN (3, 4, 6, 7)").HasDatabaseName("ix_access_grants_open");
        grant.HasIndex(row => row.UpdatedAt).HasDatabaseName("ix_access_grants_updated");
        grant.HasIndex(row => row.ErrorAt).HasFilter("error_at IS NOT NULL").HasDatabaseName("ix_access_grants_errors");
        grant.Property(row => row.Id).ValueGeneratedNever();
        grant.Property(row => row.IsWaitingForSession).HasDefaultValue(false);
        grant.Property(row => row.Product).HasMaxLength(GrantOptions.MaxLength);
        grant.Property(row => row.Name).HasMaxLength(GrantOptions.MaxLength);
        grant.Property(row => row.AccessUsername).HasMaxLength(AccessUsername.MaxLength);
        grant.Property(row => row.AccessKey).HasMaxLength(AccessUsername.MaxLength);
        grant.Property(row => row.CompletionKey).HasMaxLength(100);
        grant.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
    }
}
