using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Accounts;

/// <summary>The tables of <see cref="Passkey"/> and <see cref="PasskeyChallenge"/>.</summary>
internal sealed class PasskeyModel : IEntityTypeConfiguration<Passkey>, IEntityTypeConfiguration<PasskeyChallenge>
{
    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.ToTable("passkeys", table =>
        {
            table.HasCheckConstraint("ck_passkeys_sign_count", "sign_count >= 0");
            table.HasCheckConstraint(
                "ck_passkeys_lengths",
                $"length(credential_id) between 1 and {Passkey.MaxCredentialIdBytes} "
                + $"and length(public_key) <= {Passkey.MaxPublicKeyBytes}");
        });
        builder.HasKey(row => row.PasskeyId);
        // A credential has one owner.
        builder.HasIndex(row => row.CredentialId).IsUnique();
        builder.HasOne<Account>().WithMany().HasForeignKey(row => row.UserId);
        builder.HasIndex(row => row.UserId);
        builder.Property(row => row.PasskeyId).ValueGeneratedNever();
        builder.Property(row => row.Name).HasMaxLength(Passkey.MaxNameLength);
    }

    public void Configure(EntityTypeBuilder<PasskeyChallenge> builder)
    {
        builder.ToTable("passkey_challenges");
        builder.HasKey(row => row.Challenge);
        // For the deletion of an account, and the purge.
        builder.HasIndex(row => row.RequestedBy);
        builder.HasIndex(row => row.ExpiresAt);
        builder.Property(row => row.Purpose).HasConversion<short>();
    }
}
