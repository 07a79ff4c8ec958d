using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The tables. Uniqueness is enforced here, independent of the code.</summary>
internal sealed class PaymentsDbContext(DbContextOptions<PaymentsDbContext> options) : DbContext(options)
{
    public DbSet<Checkout> Checkouts => Set<Checkout>();

    public DbSet<StripeCustomer> Customers => Set<StripeCustomer>();

    public DbSet<StoredEvent> Events => Set<StoredEvent>();

    public DbSet<StripeReversal> Reversals => Set<StripeReversal>();

    public DbSet<WalletCommand> WalletCommands => Set<WalletCommand>();

    public DbSet<OperatorRefund> OperatorRefunds => Set<OperatorRefund>();

    public DbSet<PaymentEvent> PaymentEvents => Set<PaymentEvent>();

    public DbSet<WorkerLease> Leases => Set<WorkerLease>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Checkout>(Configure);
        modelBuilder.Entity<StripeCustomer>(Configure);
        modelBuilder.Entity<StoredEvent>(Configure);
        modelBuilder.ConfigureReversals();
        modelBuilder.AddIdempotency();
    }

    private static void Configure(EntityTypeBuilder<Checkout> checkout)
    {
        checkout.ToTable("checkouts", table =>
        {
            table.HasCheckConstraint("ck_checkouts_amount", "amount_cents > 0");
            table.HasCheckConstraint("ck_checkouts_credits", "credits > 0 AND bonus_credits >= 0");
            table.HasCheckConstraint("ck_checkouts_status", "status BETWEEN 1 AND 6");
            table.HasCheckConstraint(
                "ck_checkouts_reversed",
                "reversed_credits BETWEEN 0 AND credits AND reversed_bonus_credits BETWEEN 0 AND bonus_credits "
                + "AND refunded_cents >= 0 AND disputed_cents >= 0");
            table.HasCheckConstraint(
                "ck_checkouts_paid", "status NOT IN (2, 5, 6) OR (payment_intent_id IS NOT NULL AND credited_at IS NOT NULL)");
        });
        checkout.HasKey(row => row.Id).HasName("pk_checkouts");
        checkout.HasIndex(row => row.SessionId).IsUnique().HasDatabaseName("ux_checkouts_session_id");
        checkout.HasIndex(row => row.PaymentIntentId).IsUnique().HasDatabaseName("ux_checkouts_payment_intent_id");
        checkout.HasIndex(row => new { row.UserId, row.CreatedAt }).HasDatabaseName("ix_checkouts_user_id_created_at");
        checkout.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        checkout.Property(row => row.UserId).HasColumnName("user_id");
        checkout.Property(row => row.PackId).HasColumnName("pack_id").HasMaxLength(40);
        checkout.Property(row => row.AmountCents).HasColumnName("amount_cents");
        checkout.Property(row => row.Currency).HasColumnName("currency").HasMaxLength(3);
        checkout.Property(row => row.Credits).HasColumnName("credits");
        checkout.Property(row => row.BonusCredits).HasColumnName("bonus_credits");
        checkout.Property(row => row.Status).HasColumnName("status");
        checkout.Property(row => row.SessionId).HasColumnName("session_id");
        checkout.Property(row => row.StripeAttempt).HasColumnName("stripe_attempt");
        checkout.Property(row => row.PaymentIntentId).HasColumnName("payment_intent_id");
        checkout.Property(row => row.ReceiptEmail).HasColumnName("receipt_email");
        checkout.Property(row => row.RefundedCents).HasColumnName("refunded_cents").HasDefaultValue(0L);
        checkout.Property(row => row.DisputedCents).HasColumnName("disputed_cents").HasDefaultValue(0L);
        checkout.Property(row => row.ReversedCredits).HasColumnName("reversed_credits").HasDefaultValue(0L);
        checkout.Property(row => row.ReversedBonusCredits).HasColumnName("reversed_bonus_credits").HasDefaultValue(0L);
        checkout.Property(row => row.ReversalVersion).HasColumnName("reversal_version").HasDefaultValue(0);
        checkout.Property(row => row.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParents.Length);
        checkout.Property(row => row.CreatedAt).HasColumnName("created_at");
        checkout.Property(row => row.UpdatedAt).HasColumnName("updated_at");
        checkout.Property(row => row.CreditedAt).HasColumnName("credited_at");
        checkout.Ignore(row => row.TotalCredits);
    }

    private static void Configure(EntityTypeBuilder<StripeCustomer> customer)
    {
        customer.ToTable("customers");
        customer.HasKey(row => row.UserId).HasName("pk_customers");
        customer.HasIndex(row => row.CustomerId).IsUnique().HasDatabaseName("ux_customers_customer_id");
        customer.Property(row => row.UserId).HasColumnName("user_id").ValueGeneratedNever();
        customer.Property(row => row.CustomerId).HasColumnName("customer_id");
        customer.Property(row => row.StripeAttempt).HasColumnName("stripe_attempt");
        customer.Property(row => row.Email).HasColumnName("email");
        customer.Property(row => row.CreatedAt).HasColumnName("created_at");
    }

    private static void Configure(EntityTypeBuilder<StoredEvent> stored)
    {
        stored.ToTable("stripe_events", table => table.HasCheckConstraint("ck_stripe_events_state", "state BETWEEN 1 AND 3"));
        stored.HasKey(row => row.Id).HasName("pk_stripe_events");
        stored.HasIndex(row => row.NextAttemptAt).HasFilter("state = 1").HasDatabaseName("ix_stripe_events_pending");
        stored.HasIndex(row => row.ReceivedAt).HasFilter("state = 3").HasDatabaseName("ix_stripe_events_dead");
        stored.Property(row => row.Id).HasColumnName("id");
        stored.Property(row => row.Type).HasColumnName("type");
        stored.Property(row => row.Payload).HasColumnName("payload");
        stored.Property(row => row.CreatedAt).HasColumnName("created_at");
        stored.Property(row => row.ReceivedAt).HasColumnName("received_at");
        stored.Property(row => row.State).HasColumnName("state");
        stored.Property(row => row.Outcome).HasColumnName("outcome");
        stored.Property(row => row.Error).HasColumnName("error");
        stored.Property(row => row.Attempts).HasColumnName("attempts");
        stored.Property(row => row.LeasedUntil).HasColumnName("leased_until");
        stored.Property(row => row.NextAttemptAt).HasColumnName("next_attempt_at");
        stored.Property(row => row.DoneAt).HasColumnName("done_at");
        stored.Property(row => row.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParents.Length);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class PaymentsDesignTimeFactory : DesignTimeFactory<PaymentsDbContext>;
