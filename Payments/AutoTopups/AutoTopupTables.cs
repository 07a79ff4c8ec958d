using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Payments;

/// <summary>The tables of automatic top-ups.</summary>
internal static class AutoTopupTables
{
    public static void ConfigureAutoTopups(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AutoTopupRule>(Configure);
        modelBuilder.Entity<AutoTopupCharge>(Configure);
    }

    private static void Configure(EntityTypeBuilder<AutoTopupRule> rule)
    {
        rule.ToTable("auto_topups", table => table.HasCheckConstraint(
            "ck_auto_topups", "state BETWEEN 1 AND 4 AND threshold_cents > 0 AND agreed_price_cents > 0 AND failures >= 0"));
        rule.HasKey(row => row.UserId);
        rule.HasIndex(row => row.NextCheckAt).HasFilter("state IN (1, 2)").HasDatabaseName("ix_auto_topups_due");
        rule.HasIndex(row => row.ActionCheckoutId).HasFilter("action_checkout_id IS NOT NULL").HasDatabaseName("ix_auto_topups_action");
        rule.Property(row => row.UserId).ValueGeneratedNever();
        rule.Property(row => row.PackId).HasMaxLength(40);
        rule.Property(row => row.Reason).HasMaxLength(60);
    }

    private static void Configure(EntityTypeBuilder<AutoTopupCharge> charge)
    {
        charge.ToTable("auto_topup_charges");
        charge.HasKey(row => row.CheckoutId);
        charge.HasOne<Checkout>().WithOne().HasForeignKey<AutoTopupCharge>(row => row.CheckoutId)
            .HasConstraintName("fk_auto_topup_charges_checkouts");
        charge.HasIndex(row => row.UserId).IsUnique().HasFilter("ended_at IS NULL").HasDatabaseName("ux_auto_topup_charges_open");
        charge.HasIndex(row => row.NextAttemptAt).HasFilter("ended_at IS NULL").HasDatabaseName("ix_auto_topup_charges_due");
        charge.Property(row => row.CheckoutId).ValueGeneratedNever();
        charge.Property(row => row.DeclineCode).HasMaxLength(255);
    }
}
