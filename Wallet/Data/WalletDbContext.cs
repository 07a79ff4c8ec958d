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
        account.ToTable(table =>
        {
            table.HasCheckConstraint("ck_accounts_balance", "balance_cents >= 0");
            table.HasCheckConstraint("ck_accounts_held", "held_cents >= 0");
            table.HasCheckConstraint("ck_accounts_receivable", "receivable_cents >= 0");
            table.HasCheckConstraint("ck_accounts_freeze_count", "freeze_count >= 0");
        });
        account.HasKey(row => row.UserId);
        account.Property(row => row.UserId).ValueGeneratedNever();
        account.Ignore(row => row.IsFrozen);
    }

    private static void Configure(EntityTypeBuilder<Transfer> transfer)
    {
        transfer.ToTable(table =>
        {
            table.HasCheckConstraint("ck_transfers_amount", "amount_cents > 0");
            table.HasCheckConstraint("ck_transfers_balance_after", "balance_after_cents >= 0");
            table.HasCheckConstraint("ck_transfers_accounts", "debit_account <> credit_account");
            table.HasCheckConstraint("ck_transfers_key", "(idempotency_key IS NULL) = (request_hash IS NULL)");
        });
        transfer.HasKey(row => new { row.UserId, row.Sequence });
        transfer.HasIndex(row => new { row.UserId, row.IdempotencyKey }).IsUnique()
            .HasFilter("idempotency_key IS NOT NULL").HasDatabaseName("ux_transfers_user_id_idempotency_key");
        // For figures by day. Transfers are appended in the order of their times, and a b-tree would cost each of them a write.
        transfer.HasIndex(row => row.CreatedAt).HasMethod("brin").HasDatabaseName("ix_transfers_created_at");
        transfer.Property(row => row.Sequence).ValueGeneratedNever();
        transfer.Property(row => row.DebitAccount).HasConversion<short>();
        transfer.Property(row => row.CreditAccount).HasConversion<short>();
        transfer.Property(row => row.Reason).HasConversion<short>();
        transfer.Property(row => row.JobId).UseCollation(Bytewise);
        transfer.Property(row => row.IdempotencyKey).UseCollation(Bytewise);
        transfer.Ignore(row => row.OpensLot);
    }

    private static void Configure(EntityTypeBuilder<Hold> hold)
    {
        hold.ToTable(table =>
        {
            table.HasCheckConstraint("ck_holds_amount", "amount_cents > 0");
            table.HasCheckConstraint("ck_holds_settled", "settled_cents BETWEEN 0 AND amount_cents");
            table.HasCheckConstraint("ck_holds_end", "(state = 1) = (end_balance_cents IS NULL)");
        });
        hold.HasKey(row => new { row.UserId, row.JobId });
        hold.HasIndex(row => row.ExpiresAt).HasFilter("state = 1 AND expires_at IS NOT NULL");
        hold.Property(row => row.JobId).UseCollation(Bytewise);
        hold.Property(row => row.State).HasConversion<short>();
        hold.Ignore(row => row.RefundedCents);
        hold.Ignore(row => row.SettledSequence);
        hold.Ignore(row => row.RefundedSequence);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class WalletDesignTimeFactory : DesignTimeFactory<WalletDbContext>;
