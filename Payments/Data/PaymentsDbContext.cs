using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The tables. Uniqueness is enforced here, independent of the code.</summary>
internal sealed class PaymentsDbContext(DbContextOptions<PaymentsDbContext> options) : DbContext(options)
{
    /// <summary>The transaction that changed a checkout or a grant last, as its user sees it.</summary>
    public const string ChangedIn = "ChangedIn";

    public DbSet<Checkout> Checkouts => Set<Checkout>();

    public DbSet<StripeCustomer> Customers => Set<StripeCustomer>();

    public DbSet<StoredEvent> Events => Set<StoredEvent>();

    public DbSet<StripeReversal> Reversals => Set<StripeReversal>();

    public DbSet<WalletCommand> WalletCommands => Set<WalletCommand>();

    public DbSet<OperatorRefund> OperatorRefunds => Set<OperatorRefund>();

    public DbSet<PaymentEvent> PaymentEvents => Set<PaymentEvent>();

    public DbSet<EventCursor> EventCursors => Set<EventCursor>();

    public DbSet<WorkerLease> Leases => Set<WorkerLease>();

    public DbSet<ReconcilerMark> Marks => Set<ReconcilerMark>();

    public DbSet<ParkedItem> ParkedItems => Set<ParkedItem>();

    public DbSet<FailedPayment> FailedPayments => Set<FailedPayment>();

    public DbSet<TopupBlock> TopupBlocks => Set<TopupBlock>();

    public DbSet<AutoTopupRule> AutoTopups => Set<AutoTopupRule>();

    public DbSet<AutoTopupCharge> AutoTopupCharges => Set<AutoTopupCharge>();

    public DbSet<AccessGrant> Grants => Set<AccessGrant>();

    public DbSet<JoinedUser> JoinedUsers => Set<JoinedUser>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Checkout>(Configure);
        modelBuilder.Entity<StripeCustomer>(Configure);
        modelBuilder.Entity<StoredEvent>(Configure);
        modelBuilder.ConfigureReversals();
        modelBuilder.ConfigureParking();
        modelBuilder.ConfigureLimits();
        modelBuilder.ConfigureAutoTopups();
        modelBuilder.ConfigureGrants();
        modelBuilder.Entity<EventCursor>(cursor => cursor.HasKey(row => row.Name));
        modelBuilder.AddIdempotency();
        modelBuilder.AddJoinedUsers();
    }

    private static void Configure(EntityTypeBuilder<Checkout> checkout)
    {
        checkout.ToTable(table =>
        {
            table.HasCheckConstraint("ck_checkouts_amount", "amount_cents > 0");
            table.HasCheckConstraint(
                "ck_checkouts_credits", "(credits > 0 OR (credits = 0 AND grants IS NOT NULL)) AND bonus_credits >= 0");
            table.HasCheckConstraint(
                "ck_checkouts_totals", "paid_cents > 0 AND discount_cents >= 0 AND tax_cents >= 0 AND min_paid_cents > 0");
            table.HasCheckConstraint("ck_checkouts_status", "status BETWEEN 1 AND 6");
            table.HasCheckConstraint(
                "ck_checkouts_reversed",
                "reversed_credits BETWEEN 0 AND credits AND reversed_bonus_credits BETWEEN 0 AND bonus_credits "
                + "AND refunded_cents >= 0 AND disputed_cents >= 0");
            table.HasCheckConstraint(
                "ck_checkouts_paid", "status NOT IN (2, 5, 6) OR (payment_intent_id IS NOT NULL AND credited_at IS NOT NULL)");
        });
        checkout.HasKey(row => row.Id);
        checkout.HasIndex(row => row.SessionId).IsUnique().HasDatabaseName("ux_checkouts_session_id");
        checkout.HasIndex(row => row.PaymentIntentId).IsUnique().HasDatabaseName("ux_checkouts_payment_intent_id");
        checkout.HasIndex(row => new { row.UserId, row.CreatedAt });
        checkout.Property(row => row.Id).ValueGeneratedNever();
        checkout.Property(row => row.PackId).HasMaxLength(40);
        checkout.Property(row => row.Currency).HasMaxLength(3);
        checkout.Property(row => row.RefundedCents).HasDefaultValue(0L);
        checkout.Property(row => row.DisputedCents).HasDefaultValue(0L);
        checkout.Property(row => row.ReversedCredits).HasDefaultValue(0L);
        checkout.Property(row => row.ReversedBonusCredits).HasDefaultValue(0L);
        checkout.Property(row => row.ReversalVersion).HasDefaultValue(0);
        // A version that does not know the columns may still write rows during a rollout.
        checkout.Property(row => row.Source).HasDefaultValue(PurchaseSource.Session).HasSentinel((PurchaseSource)0);
        checkout.Property(row => row.SavesCard).HasDefaultValue(false);
        checkout.HasIndex(row => row.LookAgainAt).HasFilter("look_again_at IS NOT NULL").HasDatabaseName("ix_checkouts_look_again");
        checkout.HasIndex(row => new { row.ClientAddress, row.CreatedAt }).HasFilter("client_address IS NOT NULL")
            .HasDatabaseName("ix_checkouts_address");
        checkout.Property(row => row.ClientAddress).HasMaxLength(60);
        checkout.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
        checkout.Property(row => row.CollectsTax).HasDefaultValue(false);
        checkout.Property(row => row.MakesInvoice).HasDefaultValue(false);
        checkout.Property(row => row.DiscountCents).HasDefaultValue(0L);
        checkout.Property(row => row.TaxCents).HasDefaultValue(0L);
        checkout.Property(row => row.AccessUsername).HasMaxLength(AccessUsername.MaxLength);
        checkout.HasChangePosition(ChangedIn);
        checkout.Ignore(row => row.TotalCredits);
        checkout.Ignore(row => row.RefundableCents);
    }

    private static void Configure(EntityTypeBuilder<StripeCustomer> customer)
    {
        customer.HasKey(row => row.UserId);
        customer.HasIndex(row => row.CustomerId).IsUnique().HasDatabaseName("ux_customers_customer_id");
        customer.Property(row => row.UserId).ValueGeneratedNever();
    }

    private static void Configure(EntityTypeBuilder<StoredEvent> stored)
    {
        stored.ToTable("stripe_events", table => table.HasCheckConstraint("ck_stripe_events_state", "state BETWEEN 1 AND 3"));
        stored.HasKey(row => row.Id);
        stored.HasIndex(row => row.NextAttemptAt).HasFilter("state = 1").HasDatabaseName("ix_stripe_events_pending");
        stored.HasIndex(row => row.ReceivedAt).HasFilter("state = 3").HasDatabaseName("ix_stripe_events_dead");
        stored.HasIndex(row => new { row.State, row.ReceivedAt }).HasFilter("payload <> ''").HasDatabaseName("ix_stripe_events_payload");
        stored.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class PaymentsDesignTimeFactory : DesignTimeFactory<PaymentsDbContext>;
