using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Accounts;

/// <summary>The table of <see cref="AddressChange"/>.</summary>
internal sealed class AddressChangeModel : IEntityTypeConfiguration<AddressChange>
{
    public void Configure(EntityTypeBuilder<AddressChange> builder)
    {
        builder.ToTable("address_changes", table =>
        {
            table.HasCheckConstraint("ck_address_changes_emails", "old_email <> new_email");
            table.HasCheckConstraint(
                "ck_address_changes_confirmed",
                "state not in (1, 4) or (old_confirmed_at is not null and new_confirmed_at is not null)");
        });
        builder.HasKey(row => row.ChangeId);
        // An account has one.
        builder.HasIndex(row => row.UserId).IsUnique().HasFilter("state = 0").HasDatabaseName("ix_address_changes_pending");
        builder.HasIndex(row => row.OldLinkId).IsUnique();
        builder.HasIndex(row => row.NewLinkId).IsUnique();
        // For the limits and the purge.
        builder.HasIndex(row => new { row.UserId, row.CreatedAt });
        builder.HasIndex(row => new { row.NewEmail, row.CreatedAt });
        builder.HasIndex(row => new { row.ClientAddress, row.CreatedAt });
        builder.HasIndex(row => row.CreatedAt);
        builder.Ignore(row => row.IsConfirmed);
        builder.Property(row => row.ChangeId).ValueGeneratedNever();
        builder.Property(row => row.OldEmail).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(row => row.NewEmail).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(row => row.State).HasConversion<short>();
    }
}
