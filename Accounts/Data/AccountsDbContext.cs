using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The tables. Sign-in looks for accounts by address, everything else by user id.</summary>
internal sealed class AccountsDbContext(DbContextOptions<AccountsDbContext> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();

    public DbSet<AddressChange> AddressChanges => Set<AddressChange>();

    public DbSet<Passkey> Passkeys => Set<Passkey>();

    public DbSet<PasskeyChallenge> PasskeyChallenges => Set<PasskeyChallenge>();

    public DbSet<WalletJoin> WalletJoins => Set<WalletJoin>();

    public DbSet<OutgoingMail> Mails => Set<OutgoingMail>();

    public DbSet<SuppressedAddress> SuppressedAddresses => Set<SuppressedAddress>();

    public DbSet<SwitchedOffMail> SwitchedOffMails => Set<SwitchedOffMail>();

    public DbSet<FeedCursor> FeedCursors => Set<FeedCursor>();

    public DbSet<HeldReceipt> HeldReceipts => Set<HeldReceipt>();

    public DbSet<DeadFeedEvent> DeadFeedEvents => Set<DeadFeedEvent>();

    public DbSet<BalanceMark> BalanceMarks => Set<BalanceMark>();

    public DbSet<AccountIdentity> AccountIdentities => Set<AccountIdentity>();

    public DbSet<OpenIdSignIn> OpenIdSignIns => Set<OpenIdSignIn>();

    public DbSet<UsedIdToken> UsedIdTokens => Set<UsedIdToken>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<AuditFinding> AuditFindings => Set<AuditFinding>();

    public DbSet<AccountDeletion> AccountDeletions => Set<AccountDeletion>();

    public DbSet<Ticket> Tickets => Set<Ticket>();

    public DbSet<TicketMessage> TicketMessages => Set<TicketMessage>();

    public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();

    public DbSet<WebhookEvent> WebhookEvents => Set<WebhookEvent>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<Approval> Approvals => Set<Approval>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<AlertPost> AlertPosts => Set<AlertPost>();

    public DbSet<ConditionPoll> ConditionPolls => Set<ConditionPoll>();

    public DbSet<GatewayTraffic> GatewayTraffic => Set<GatewayTraffic>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Account>(Configure);
        modelBuilder.Entity<SignInLink>(Configure);
        modelBuilder.ApplyConfiguration(new AddressChangeModel());
        modelBuilder.ApplyConfiguration<Passkey>(new PasskeyModel());
        modelBuilder.ApplyConfiguration<PasskeyChallenge>(new PasskeyModel());
        modelBuilder.Entity<WalletJoin>(Configure);
        modelBuilder.Entity<OutgoingMail>(Configure);
        modelBuilder.Entity<SuppressedAddress>(Configure);
        modelBuilder.Entity<SwitchedOffMail>(Configure);
        modelBuilder.Entity<FeedCursor>(Configure);
        modelBuilder.Entity<HeldReceipt>(Configure);
        modelBuilder.Entity<DeadFeedEvent>(Configure);
        modelBuilder.Entity<BalanceMark>(Configure);
        modelBuilder.Entity<AccountIdentity>(Configure);
        modelBuilder.Entity<OpenIdSignIn>(Configure);
        modelBuilder.Entity<UsedIdToken>(Configure);
        modelBuilder.Entity<AuditEntry>(Configure);
        modelBuilder.ApplyConfiguration(new AuditFindingModel());
        modelBuilder.Entity<AccountDeletion>(Configure);
        modelBuilder.Entity<Ticket>(Configure);
        modelBuilder.Entity<TicketMessage>(Configure);
        modelBuilder.ApplyConfiguration(new WebhookEndpointModel());
        modelBuilder.ApplyConfiguration(new WebhookEventModel());
        modelBuilder.ApplyConfiguration(new WebhookDeliveryModel());
        modelBuilder.Entity<Approval>(Configure);
        modelBuilder.AddAlerts();
        modelBuilder.AddIdempotency();
    }

    private static void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable(table => table.HasCheckConstraint("ck_accounts_email", "email = lower(email)"));
        account.HasKey(row => row.UserId);
        account.HasIndex(row => row.Email).IsUnique();
        account.Property(row => row.UserId).ValueGeneratedNever();
        account.Property(row => row.Email).HasMaxLength(EmailAddress.MaxLength);
        account.Property(row => row.Role).HasConversion<short>().HasDefaultValue(Role.User).HasSentinel(Role.User);
        // The operators, of whom there are few.
        account.HasIndex(row => row.Role).HasFilter("role > 0").HasDatabaseName("ix_accounts_operators");
    }

    private static void Configure(EntityTypeBuilder<AccountDeletion> deletion)
    {
        deletion.ToTable("account_deletions", table =>
            table.HasCheckConstraint(
                "ck_account_deletions_users", "users[1] = user_id AND cardinality(users) = cardinality(forfeit_cents)"));
        deletion.HasKey(row => row.UserId);
        deletion.HasIndex(row => row.DueAt).HasFilter("ended_at IS NULL").HasDatabaseName("ix_account_deletions_due_at");
        deletion.HasIndex(row => row.DeletedAt).HasFilter("sessions_ended_at IS NULL").HasDatabaseName("ix_account_deletions_sessions");
        // For the alert: all deletions are kept, and few have late credits.
        deletion.HasIndex(row => row.LateCents).HasFilter("late_cents > 0");
        // For operators, who know any id of a person.
        deletion.HasIndex(row => row.Users).HasMethod("gin");
        deletion.Property(row => row.UserId).ValueGeneratedNever();
        deletion.Property(row => row.DoneSteps).HasConversion<short>();
    }

    // The migration adds the chain and the triggers: AuditLogSql.
    private static void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("audit_entries");
        entry.HasKey(row => row.Sequence);
        entry.HasIndex(row => new { row.SubjectId, row.Sequence });
        entry.HasIndex(row => new { row.ActorId, row.Sequence });
        // An act is begun once and ends once.
        entry.HasIndex(row => row.ActId).IsUnique().HasFilter("state = 0").HasDatabaseName("ix_audit_entries_begun");
        entry.HasIndex(row => row.ActId, "Ended").IsUnique().HasFilter("state <> 0").HasDatabaseName("ix_audit_entries_ended");
        // For the deletion of addresses.
        entry.HasIndex(row => row.At).HasFilter("client_address IS NOT NULL").HasDatabaseName("ix_audit_entries_client_address");
        entry.Property(row => row.Sequence).ValueGeneratedNever();
        entry.Property(row => row.State).HasConversion<short>();
    }

    private static void Configure(EntityTypeBuilder<Ticket> ticket)
    {
        ticket.ToTable("tickets");
        ticket.HasKey(row => row.TicketId);
        ticket.HasIndex(row => row.Number).IsUnique();
        // For operators' lists by state, for users' lists, for the limits and for the purge.
        ticket.HasIndex(row => new { row.State, row.Number });
        ticket.HasIndex(row => new { row.UserId, row.Number });
        ticket.HasIndex(row => new { row.Email, row.CreatedAt });
        ticket.HasIndex(row => new { row.ClientAddress, row.CreatedAt }).HasFilter("client_address is not null");
        ticket.HasIndex(row => row.UpdatedAt);
        ticket.Property(row => row.TicketId).ValueGeneratedNever();
        ticket.Property(row => row.Number).UseIdentityAlwaysColumn();
        ticket.Property(row => row.Email).HasMaxLength(EmailAddress.MaxLength);
        ticket.Property(row => row.ClientAddress).HasMaxLength(CallerAddress.MaxLength);
        ticket.Property(row => row.Subject).HasMaxLength(Ticket.MaxSubjectLength);
        ticket.Property(row => row.State).HasConversion<short>();
        ticket.HasMany(row => row.Messages).WithOne().HasForeignKey(row => row.TicketId);
    }

    private static void Configure(EntityTypeBuilder<TicketMessage> message)
    {
        message.ToTable("ticket_messages");
        message.HasKey(row => row.MessageId);
        message.Property(row => row.MessageId).ValueGeneratedNever();
        message.Property(row => row.Number).UseIdentityAlwaysColumn();
        message.Property(row => row.Text).HasMaxLength(TicketMessage.MaxLength);
    }

    private static void Configure(EntityTypeBuilder<Approval> approval)
    {
        approval.ToTable("approvals", table =>
        {
            table.HasCheckConstraint("ck_approvals_state", "state between 0 and 5");
            table.HasCheckConstraint("ck_approvals_two_people", "state not in (1, 2, 3) or decided_by <> actor_id");
            table.HasCheckConstraint("ck_approvals_ended", "(state in (0, 1)) = (ended_at is null)");
        });
        approval.HasKey(row => row.ApprovalId);
        approval.HasIndex(row => row.Number).IsUnique();
        approval.HasIndex(row => new { row.State, row.Number });
        approval.HasIndex(row => row.DueAt).HasFilter("state in (0, 1)").HasDatabaseName("ix_approvals_due_at");
        approval.Property(row => row.ApprovalId).ValueGeneratedNever();
        approval.Property(row => row.Number).UseIdentityAlwaysColumn();
        approval.Property(row => row.State).HasConversion<short>();
        approval.Property(row => row.Request).HasColumnType("jsonb");
    }

    private static void Configure(EntityTypeBuilder<SuppressedAddress> address)
    {
        address.HasKey(row => row.Email);
        address.Property(row => row.Email).HasMaxLength(EmailAddress.MaxLength);
        address.Property(row => row.Reason).HasConversion<short>();
    }

    private static void Configure(EntityTypeBuilder<SwitchedOffMail> off)
    {
        off.ToTable("switched_off_mails");
        off.HasKey(row => new { row.UserId, row.Kind });
        off.Property(row => row.Kind).HasConversion<short>();
    }

    private static void Configure(EntityTypeBuilder<FeedCursor> cursor)
    {
        cursor.ToTable(table => table.HasCheckConstraint("ck_feed_cursors_lease", "(lease_id IS NULL) = (leased_until IS NULL)"));
        cursor.HasKey(row => row.Name);
        cursor.Property(row => row.Name).HasMaxLength(40);
    }

    private static void Configure(EntityTypeBuilder<HeldReceipt> receipt)
    {
        receipt.ToTable("held_receipts");
        receipt.HasKey(row => row.PaymentId);
        receipt.HasIndex(row => row.UserId);
        // For the purge.
        receipt.HasIndex(row => row.At);
        receipt.Property(row => row.PaymentId).HasMaxLength(255);
        receipt.Property(row => row.Details).HasColumnType("jsonb");
    }

    private static void Configure(EntityTypeBuilder<DeadFeedEvent> dead)
    {
        dead.ToTable("dead_feed_events");
        dead.HasKey(row => row.EventId);
        dead.HasIndex(row => new { row.Feed, row.Sequence }).IsUnique();
        // For the list, the alert and the purge; there are few.
        dead.HasIndex(row => row.FailedAt);
        dead.Property(row => row.Feed).HasMaxLength(40);
    }

    private static void Configure(EntityTypeBuilder<BalanceMark> mark)
    {
        mark.HasKey(row => row.UserId);
        mark.HasIndex(row => row.LowSince).HasFilter("low_since IS NOT NULL AND told_at IS NULL").HasDatabaseName("ix_balance_marks_due");
        mark.Property(row => row.UserId).ValueGeneratedNever();
    }

    private static void Configure(EntityTypeBuilder<SignInLink> link)
    {
        link.ToTable(table => table.HasCheckConstraint("ck_sign_in_links_used", "(used_at IS NULL) = (used_by IS NULL)"));
        link.HasKey(row => row.LinkId);
        // For the limits.
        link.HasIndex(row => new { row.Email, row.CreatedAt });
        link.HasIndex(row => new { row.ClientAddress, row.CreatedAt });
        link.HasIndex(row => row.CreatedAt);
        link.Property(row => row.LinkId).ValueGeneratedNever();
        link.Property(row => row.Email).HasMaxLength(EmailAddress.MaxLength);
        link.Property(row => row.ReturnTo).HasMaxLength(ReturnTargets.MaxLength);
    }

    private static void Configure(EntityTypeBuilder<AccountIdentity> identity)
    {
        identity.HasKey(row => new { row.Issuer, row.Subject });
        identity.HasOne<Account>().WithMany().HasForeignKey(row => row.UserId);
        identity.Property(row => row.Issuer).HasMaxLength(OpenIdProviderOptions.MaxIssuerLength);
        identity.Property(row => row.Subject).HasMaxLength(OpenIdIdentity.MaxSubjectLength);
    }

    private static void Configure(EntityTypeBuilder<OpenIdSignIn> signIn)
    {
        signIn.ToTable("openid_sign_ins");
        signIn.HasKey(row => row.SignInId);
        signIn.HasIndex(row => row.ExpiresAt);
        signIn.Property(row => row.SignInId).ValueGeneratedNever();
        signIn.Property(row => row.ReturnTo).HasMaxLength(ReturnTargets.MaxLength);
    }

    private static void Configure(EntityTypeBuilder<UsedIdToken> token)
    {
        token.HasKey(row => row.TokenHash);
        token.HasIndex(row => row.ExpiresAt);
    }

    private static void Configure(EntityTypeBuilder<WalletJoin> join)
    {
        join.ToTable(table =>
        {
            table.HasCheckConstraint("ck_wallet_joins_users", "from_user_id <> into_user_id");
            table.HasCheckConstraint("ck_wallet_joins_ended", "(state = 0) = (ended_at IS NULL)");
            table.HasCheckConstraint("ck_wallet_joins_lease", "leased_until IS NULL OR state = 0");
            table.HasCheckConstraint("ck_wallet_joins_act", "(act_id IS NULL) = (actor_id IS NULL)");
        });
        join.HasKey(row => row.FromUserId);
        join.HasIndex(row => row.DueAt).HasFilter("state = 0").HasDatabaseName("ix_wallet_joins_due_at");
        // For the list of those that an operator must decide on.
        join.HasIndex(row => row.EndedAt).HasFilter("state = 2").HasDatabaseName("ix_wallet_joins_rejected");
        // For the Gateways, each of which asks every second.
        join.HasIndex(row => row.CreatedAt).HasFilter("act_id IS NOT NULL AND sessions_ended_at IS NULL")
            .HasDatabaseName("ix_wallet_joins_sessions");
        join.Property(row => row.FromUserId).ValueGeneratedNever();
        join.Property(row => row.State).HasConversion<short>();
    }

    private static void Configure(EntityTypeBuilder<OutgoingMail> mail)
    {
        mail.ToTable("mails", table =>
        {
            table.HasCheckConstraint("ck_mails_ended", "sent_at IS NULL OR failed_at IS NULL");
            table.HasCheckConstraint("ck_mails_lease", "leased_until IS NULL OR (sent_at IS NULL AND failed_at IS NULL)");
        });
        mail.HasKey(row => row.MailId);
        mail.HasIndex(row => row.DueAt).HasFilter("sent_at IS NULL AND failed_at IS NULL").HasDatabaseName("ix_mails_due_at");
        // For operators.
        mail.HasIndex(row => new { row.Recipient, row.CreatedAt });
        // For the purge and for the list of dead letters.
        mail.HasIndex(row => row.SentAt).HasFilter("sent_at IS NOT NULL").HasDatabaseName("ix_mails_sent_at");
        mail.HasIndex(row => row.FailedAt).HasFilter("failed_at IS NOT NULL").HasDatabaseName("ix_mails_failed_at");
        mail.Property(row => row.MailId).ValueGeneratedNever();
        mail.Property(row => row.Kind).HasConversion<short>();
        mail.Property(row => row.Recipient).HasMaxLength(EmailAddress.MaxLength);
        mail.Property(row => row.Details).HasColumnType("jsonb");
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class AccountsDesignTimeFactory : DesignTimeFactory<AccountsDbContext>;
