using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Payments;

/// <summary>The tables of what comes after a payment.</summary>
internal static class ReversalTables
{
    public static void ConfigureReversals(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StripeReversal>(Configure);
        modelBuilder.Entity<WalletOrder>(Configure);
        modelBuilder.Entity<RefundOrder>(Configure);
        modelBuilder.Entity<PaymentNews>(Configure);
        modelBuilder.Entity<WorkerLease>(Configure);
    }

    private static void Configure(EntityTypeBuilder<StripeReversal> reversal)
    {
        reversal.ToTable("stripe_reversals", table => table.HasCheckConstraint("ck_stripe_reversals_kind", "kind IN (1, 2) AND amount_cents > 0"));
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

    private static void Configure(EntityTypeBuilder<WalletOrder> order)
    {
        order.ToTable("wallet_orders", table => table.HasCheckConstraint("ck_wallet_orders_kind", "kind BETWEEN 1 AND 4 AND paid_credits >= 0 AND bonus_credits >= 0"));
        order.HasKey(row => new { row.CheckoutId, row.Sequence }).HasName("pk_wallet_orders");
        order.HasIndex(row => row.PlannedAt).HasFilter("done_at IS NULL").HasDatabaseName("ix_wallet_orders_undone");
        order.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_wallet_orders_checkouts");
        order.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        order.Property(row => row.Sequence).HasColumnName("sequence");
        order.Property(row => row.Kind).HasColumnName("kind");
        order.Property(row => row.PaidCredits).HasColumnName("paid_credits");
        order.Property(row => row.BonusCredits).HasColumnName("bonus_credits");
        order.Property(row => row.Reference).HasColumnName("reference");
        order.Property(row => row.PlannedAt).HasColumnName("planned_at");
        order.Property(row => row.DoneAt).HasColumnName("done_at");
    }

    private static void Configure(EntityTypeBuilder<RefundOrder> order)
    {
        order.ToTable("refund_orders", table => table.HasCheckConstraint("ck_refund_orders_state", "state BETWEEN 1 AND 3 AND amount_cents > 0"));
        order.HasKey(row => row.Id).HasName("pk_refund_orders");
        order.HasIndex(row => row.NextAttemptAt).HasFilter("state = 1").HasDatabaseName("ix_refund_orders_pending");
        order.HasIndex(row => row.CheckoutId).HasDatabaseName("ix_refund_orders_checkout_id");
        order.HasOne<Checkout>().WithMany().HasForeignKey(row => row.CheckoutId).HasConstraintName("fk_refund_orders_checkouts");
        order.Property(row => row.Id).HasColumnName("id").HasMaxLength(100);
        order.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        order.Property(row => row.RequestedCents).HasColumnName("requested_cents");
        order.Property(row => row.AmountCents).HasColumnName("amount_cents");
        order.Property(row => row.IsForced).HasColumnName("is_forced");
        order.Property(row => row.Reason).HasColumnName("reason").HasMaxLength(40);
        order.Property(row => row.State).HasColumnName("state");
        order.Property(row => row.RefundId).HasColumnName("refund_id");
        order.Property(row => row.Refusal).HasColumnName("refusal");
        order.Property(row => row.StripeAttempt).HasColumnName("stripe_attempt");
        order.Property(row => row.Attempts).HasColumnName("attempts");
        order.Property(row => row.NextAttemptAt).HasColumnName("next_attempt_at");
        order.Property(row => row.CreatedAt).HasColumnName("created_at");
        order.Property(row => row.UpdatedAt).HasColumnName("updated_at");
    }

    private static void Configure(EntityTypeBuilder<PaymentNews> news)
    {
        news.ToTable("payment_news", table => table.HasCheckConstraint("ck_payment_news_type", "type BETWEEN 1 AND 6"));
        news.HasKey(row => row.Sequence).HasName("pk_payment_news");
        news.Property(row => row.Sequence).HasColumnName("sequence").UseIdentityAlwaysColumn();
        news.Property(row => row.Type).HasColumnName("type");
        news.Property(row => row.UserId).HasColumnName("user_id");
        news.Property(row => row.SessionId).HasColumnName("session_id");
        news.Property(row => row.PaymentIntentId).HasColumnName("payment_intent_id");
        news.Property(row => row.Reference).HasColumnName("reference");
        news.Property(row => row.AmountCents).HasColumnName("amount_cents");
        news.Property(row => row.Credits).HasColumnName("credits");
        news.Property(row => row.CreatedAt).HasColumnName("created_at");
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
