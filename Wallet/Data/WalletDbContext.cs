using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>
/// The tables that are read through EF Core; the migrations define the others. Every key begins with the user id, so that
/// tables can be distributed or partitioned by user. Constraints enforce the invariants of the rules a second time; a
/// trigger and the writers' role keep transfers immutable. There are no foreign keys: each would cost the writers a lookup
/// per row, and the audit finds violations.
/// </summary>
internal sealed class WalletDbContext(DbContextOptions<WalletDbContext> options) : DbContext(options)
{
    // Ids are compared, never sorted for display: byte order is fastest and the same on every machine.
    private const string Bytewise = "C";

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Transfer> Transfers => Set<Transfer>();

    public DbSet<Hold> Holds => Set<Hold>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Account>(Configure);
        modelBuilder.Entity<Transfer>(Configure);
        modelBuilder.Entity<Hold>(Configure);
        modelBuilder.AddIdempotency();
    }

    private static void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("accounts", table =>
        {
            table.HasCheckConstraint("ck_accounts_balance", "balance_cents >= 0");
            table.HasCheckConstraint("ck_accounts_held", "held_cents >= 0");
            table.HasCheckConstraint("ck_accounts_receivable", "receivable_cents >= 0");
            table.HasCheckConstraint("ck_accounts_freeze_count", "freeze_count >= 0");
        });
        account.HasKey(row => row.UserId).HasName("pk_accounts");
        account.Property(row => row.UserId).HasColumnName("user_id").ValueGeneratedNever();
        account.Property(row => row.BalanceCents).HasColumnName("balance_cents");
        account.Property(row => row.HeldCents).HasColumnName("held_cents");
        account.Property(row => row.ReceivableCents).HasColumnName("receivable_cents");
        account.Property(row => row.FreezeCount).HasColumnName("freeze_count");
        account.Property(row => row.LastSequence).HasColumnName("last_sequence");
        account.Property(row => row.UpdatedAt).HasColumnName("updated_at");
        account.Property(row => row.ChainHash).HasColumnName("chain_hash");
        account.Ignore(row => row.IsFrozen);
    }

    private static void Configure(EntityTypeBuilder<Transfer> transfer)
    {
        transfer.ToTable("transfers", table =>
        {
            table.HasCheckConstraint("ck_transfers_amount", "amount_cents > 0");
            table.HasCheckConstraint("ck_transfers_balance_after", "balance_after_cents >= 0");
            table.HasCheckConstraint("ck_transfers_accounts", "debit_account <> credit_account");
            table.HasCheckConstraint("ck_transfers_key", "(idempotency_key IS NULL) = (request_hash IS NULL)");
        });
        transfer.HasKey(row => new { row.UserId, row.Sequence }).HasName("pk_transfers");
        transfer.HasIndex(row => new { row.UserId, row.IdempotencyKey }).IsUnique()
            .HasFilter("idempotency_key IS NOT NULL").HasDatabaseName("ux_transfers_user_id_idempotency_key");
        transfer.Property(row => row.UserId).HasColumnName("user_id");
        transfer.Property(row => row.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        transfer.Property(row => row.DebitAccount).HasColumnName("debit_account").HasConversion<short>();
        transfer.Property(row => row.CreditAccount).HasColumnName("credit_account").HasConversion<short>();
        transfer.Property(row => row.AmountCents).HasColumnName("amount_cents");
        transfer.Property(row => row.Reason).HasColumnName("reason").HasConversion<short>();
        transfer.Property(row => row.JobId).HasColumnName("job_id").UseCollation(Bytewise);
        transfer.Property(row => row.StripePaymentId).HasColumnName("stripe_payment_id");
        transfer.Property(row => row.Description).HasColumnName("description");
        transfer.Property(row => row.BalanceAfterCents).HasColumnName("balance_after_cents");
        transfer.Property(row => row.CreatedAt).HasColumnName("created_at");
        transfer.Property(row => row.IdempotencyKey).HasColumnName("idempotency_key").UseCollation(Bytewise);
        transfer.Property(row => row.RequestHash).HasColumnName("request_hash");
        transfer.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        transfer.Property(row => row.LotSequence).HasColumnName("lot_sequence");
        transfer.Property(row => row.ChainHash).HasColumnName("chain_hash");
        transfer.Ignore(row => row.OpensLot);
    }

    private static void Configure(EntityTypeBuilder<Hold> hold)
    {
        hold.ToTable("holds", table =>
        {
            table.HasCheckConstraint("ck_holds_amount", "amount_cents > 0");
            table.HasCheckConstraint("ck_holds_settled", "settled_cents BETWEEN 0 AND amount_cents");
            table.HasCheckConstraint("ck_holds_end", "(state = 1) = (end_balance_cents IS NULL)");
        });
        hold.HasKey(row => new { row.UserId, row.JobId }).HasName("pk_holds");
        hold.HasIndex(row => row.ExpiresAt).HasFilter("state = 1 AND expires_at IS NOT NULL").HasDatabaseName("ix_holds_expires_at");
        hold.Property(row => row.UserId).HasColumnName("user_id");
        hold.Property(row => row.JobId).HasColumnName("job_id").UseCollation(Bytewise);
        hold.Property(row => row.AmountCents).HasColumnName("amount_cents");
        hold.Property(row => row.State).HasColumnName("state").HasConversion<short>();
        hold.Property(row => row.SettledCents).HasColumnName("settled_cents");
        hold.Property(row => row.EndBalanceCents).HasColumnName("end_balance_cents");
        hold.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        hold.Ignore(row => row.RefundedCents);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class WalletDesignTimeFactory : DesignTimeFactory<WalletDbContext>;
