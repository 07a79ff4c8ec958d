using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Accounts;

/// <summary>An entry of the audit log that was changed, or that follows a missing one, as long as it is so.</summary>
internal sealed class AuditFinding
{
    /// <summary>The entry.</summary>
    public long Sequence { get; init; }

    /// <summary>Its hash when it was checked before; null when no check has seen it whole.</summary>
    public byte[]? KnownHash { get; init; }

    /// <summary>When it was found first.</summary>
    public DateTimeOffset FoundAt { get; init; }

    /// <summary>When it was found last.</summary>
    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>The table of <see cref="AuditFinding"/>.</summary>
internal sealed class AuditFindingModel : IEntityTypeConfiguration<AuditFinding>
{
    public void Configure(EntityTypeBuilder<AuditFinding> builder)
    {
        builder.ToTable("audit_findings");
        builder.HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).ValueGeneratedNever();
    }
}
