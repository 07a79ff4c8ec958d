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
            table => table.HasCheckConstraint("ck_stripe_reversals_kind", "kind IN (1, 2) AND amount_cents > 0"));
        reversal.HasKey(row => row.Id).HasName("pk_stripe_reversals");
        reversal.HasIndex(row => row.CheckoutId).HasDatabaseName("ix_stripe_reversals_checkout_id");
        reversal.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_stripe_reversals_checkouts");
        reversal.Property(row => row.Id).HasColumnName("id");
        reversal.Property(row => row.Kind).HasColumnName("kind");
        reversal.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        reversal.Property(row => row.AmountCents).HasColumnName("amount_cents");
        reversal.Property(row => row.Status).HasColumnName("status").HasMaxLength(60);
        reversal.Property(row => row.UpdatedAt).HasColumnName("updated_at");
    }

    private static void Configure(EntityTypeBuilder<WalletCommand> command)
    {
        command.ToTable(
            "wallet_orders",
            table => table.HasCheckConstraint(
                "ck_wallet_orders_kind", "kind BETWEEN 1 AND 4 AND paid_credits >= 0 AND bonus_credits >= 0"));
        command.HasKey(row => new { row.CheckoutId, row.Sequence }).HasName("pk_wallet_orders");
        command.HasIndex(row => row.PlannedAt).HasFilter("done_at IS NULL").HasDatabaseName("ix_wallet_orders_undone");
        command.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_wallet_orders_checkouts");
        command.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        command.Property(row => row.Sequence).HasColumnName("sequence");
        command.Property(row => row.Kind).HasColumnName("kind");
        command.Property(row => row.PaidCredits).HasColumnName("paid_credits");
        command.Property(row => row.BonusCredits).HasColumnName("bonus_credits");
        command.Property(row => row.Reference).HasColumnName("reference");
        command.Property(row => row.Description).HasColumnName("description");
        command.Property(row => row.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParents.Length);
        command.Property(row => row.PlannedAt).HasColumnName("planned_at");
        command.Property(row => row.DoneAt).HasColumnName("done_at");
    }

    private static void Configure(EntityTypeBuilder<OperatorRefund> refund)
    {
        refund.ToTable("refund_orders",
            table => table.HasCheckConstraint("ck_refund_orders_state", "state BETWEEN 1 AND 3 AND amount_cents > 0"));
        refund.HasKey(row => row.Id).HasName("pk_refund_orders");
        refund.HasIndex(row => row.NextAttemptAt).HasFilter("state = 1").HasDatabaseName("ix_refund_orders_pending");
        refund.HasIndex(row => row.CheckoutId).HasDatabaseName("ix_refund_orders_checkout_id");
        refund.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_refund_orders_checkouts");
        refund.Property(row => row.Id).HasColumnName("id").HasMaxLength(100);
        refund.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        refund.Property(row => row.RequestedCents).HasColumnName("requested_cents");
        refund.Property(row => row.AmountCents).HasColumnName("amount_cents");
        refund.Property(row => row.IsForced).HasColumnName("is_forced");
        refund.Property(row => row.Reason).HasColumnName("reason").HasMaxLength(40);
        refund.Property(row => row.State).HasColumnName("state");
        refund.Property(row => row.RefundId).HasColumnName("refund_id");
        refund.Property(row => row.Refusal).HasColumnName("refusal");
        refund.Property(row => row.StripeAttempt).HasColumnName("stripe_attempt");
        refund.Property(row => row.Attempts).HasColumnName("attempts");
        refund.Property(row => row.NextAttemptAt).HasColumnName("next_attempt_at");
        refund.Property(row => row.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParents.Length);
        refund.Property(row => row.CreatedAt).HasColumnName("created_at");
        refund.Property(row => row.UpdatedAt).HasColumnName("updated_at");
    }

    private static void Configure(EntityTypeBuilder<PaymentEvent> payment)
    {
        payment.ToTable("payment_news", table => table.HasCheckConstraint("ck_payment_news_type", "type BETWEEN 1 AND 6"));
        payment.HasKey(row => row.Sequence).HasName("pk_payment_news");
        payment.Property(row => row.Sequence).HasColumnName("sequence").UseIdentityAlwaysColumn();
        payment.Property(row => row.Type).HasColumnName("type");
        payment.Property(row => row.UserId).HasColumnName("user_id");
        payment.Property(row => row.SessionId).HasColumnName("session_id");
        payment.Property(row => row.PaymentIntentId).HasColumnName("payment_intent_id");
        payment.Property(row => row.Reference).HasColumnName("reference");
        payment.Property(row => row.AmountCents).HasColumnName("amount_cents");
        payment.Property(row => row.Credits).HasColumnName("credits");
        payment.Property(row => row.CreatedAt).HasColumnName("created_at");
    }

    private static void Configure(EntityTypeBuilder<WorkerLease> lease)
    {
        lease.ToTable("worker_leases");
        lease.HasKey(row => row.Name).HasName("pk_worker_leases");
        lease.Property(row => row.Name).HasColumnName("name").HasMaxLength(40);
        lease.Property(row => row.Holder).HasColumnName("holder");
        lease.Property(row => row.LeasedUntil).HasColumnName("leased_until");
        lease.Property(row => row.DueAt).HasColumnName("due_at");
    }
}
