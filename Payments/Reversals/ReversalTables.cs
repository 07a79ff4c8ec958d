using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The tables for refunds, disputes and their effects.</summary>
internal static class ReversalTables
{
    public static void ConfigureReversals(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StripeReversal>(Configure);
        modelBuilder.Entity<WalletCommand>(Configure);
        modelBuilder.Entity<OperatorRefund>(Configure);
        modelBuilder.Entity<PaymentEvent>(Configure);
        modelBuilder.Entity<WorkerLease>(Configure);
    }

    private static void Configure(EntityTypeBuilder<StripeReversal> reversal)
    {
        reversal.ToTable("stripe_reversals",
            table => table.HasCheckConstraint("ck_stripe_reversals_kind", "kind IN (1, 2, 3) AND amount_cents > 0"));
        reversal.HasKey(row => row.Id);
        reversal.HasIndex(row => row.CheckoutId);
        // For operators: disputes that take evidence.
        reversal.HasIndex(row => row.UpdatedAt)
            .HasFilter("kind = 2 AND status IN ('needs_response', 'warning_needs_response', 'appeal_needs_response')")
            .HasDatabaseName("ix_stripe_reversals_evidence");
        reversal.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_stripe_reversals_checkouts");
        reversal.Property(row => row.Status).HasMaxLength(60);
    }

    private static void Configure(EntityTypeBuilder<WalletCommand> command)
    {
        command.ToTable(
            "wallet_commands",
            table => table.HasCheckConstraint(
                "ck_wallet_commands_kind",
                "kind BETWEEN 1 AND 4 AND paid_credits >= 0 AND bonus_credits >= 0 AND (kind IN (1, 2)) = (description IS NOT NULL)"));
        command.HasKey(row => new { row.CheckoutId, row.Sequence });
        command.HasIndex(row => row.PlannedAt).HasFilter("done_at IS NULL").HasDatabaseName("ix_wallet_commands_undone");
        command.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_wallet_commands_checkouts");
        command.HasIndex(row => row.NextAttemptAt).HasFilter("done_at IS NULL AND dead_at IS NULL")
            .HasDatabaseName("ix_wallet_commands_due");
        // A version that does not know the columns may still write rows during a rollout.
        command.Property(row => row.Attempts).HasDefaultValue(0);
        command.Property(row => row.NextAttemptAt).HasDefaultValueSql("now()");
        command.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
    }

    private static void Configure(EntityTypeBuilder<OperatorRefund> refund)
    {
        refund.ToTable("operator_refunds",
            table => table.HasCheckConstraint("ck_operator_refunds_state", "state BETWEEN 1 AND 4 AND amount_cents > 0"));
        refund.HasKey(row => row.Id);
        refund.HasIndex(row => row.NextAttemptAt).HasFilter("state = 1").HasDatabaseName("ix_operator_refunds_pending");
        refund.HasIndex(row => row.CheckoutId);
        refund.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_operator_refunds_checkouts");
        refund.Property(row => row.Id).HasMaxLength(100);
        refund.Property(row => row.Reason).HasMaxLength(40);
        refund.Property(row => row.AreCreditsTaken).HasDefaultValue(false);
        refund.Property(row => row.Generation).HasDefaultValue(0);
        refund.Property(row => row.Actor).HasMaxLength(100).HasDefaultValue("");
        refund.Property(row => row.Note).HasMaxLength(500).HasDefaultValue("");
        refund.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
    }

    private static void Configure(EntityTypeBuilder<PaymentEvent> payment)
    {
        payment.ToTable("payment_events", table => table.HasCheckConstraint("ck_payment_events_type", "type BETWEEN 1 AND 8"));
        payment.HasKey(row => row.Sequence);
        payment.Property(row => row.Sequence).UseIdentityAlwaysColumn();
        // For figures by day.
        payment.HasIndex(row => row.CreatedAt).HasDatabaseName("ix_payment_events_created_at");
        payment.HasIndex(row => new { row.Reference, row.Sequence }).HasFilter("type IN (4, 5, 6)")
            .HasDatabaseName("ix_payment_events_disputes");
    }

    private static void Configure(EntityTypeBuilder<WorkerLease> lease)
    {
        lease.ToTable("worker_leases");
        lease.HasKey(row => row.Name);
        lease.Property(row => row.Name).HasMaxLength(40);
    }
}
