using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReelBallers.Accounts;

internal sealed class WebhookEndpointModel : IEntityTypeConfiguration<WebhookEndpoint>
{
    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.ToTable("webhook_endpoints", table =>
        {
            table.HasCheckConstraint("ck_webhook_endpoints_disabled", "(disabled_at IS NULL) = (disabled_by IS NULL)");
            table.HasCheckConstraint(
                "ck_webhook_endpoints_previous_secret", "(previous_secret_id IS NULL) = (previous_secret_until IS NULL)");
        });
        builder.HasKey(row => row.EndpointId);
        builder.Property(row => row.EndpointId).ValueGeneratedNever();
        builder.Property(row => row.Url).HasMaxLength(WebhookUrls.MaxLength);
        builder.Property(row => row.DisabledBy).HasConversion<short?>();
    }
}

internal sealed class WebhookEventModel : IEntityTypeConfiguration<WebhookEvent>
{
    public void Configure(EntityTypeBuilder<WebhookEvent> builder)
    {
        builder.ToTable("webhook_events");
        builder.HasKey(row => row.EventId);
        // For the purge.
        builder.HasIndex(row => row.CreatedAt);
        builder.Property(row => row.EventId).ValueGeneratedNever();
        builder.Property(row => row.Type).HasMaxLength(40);
    }
}

internal sealed class WebhookDeliveryModel : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("webhook_deliveries", table =>
        {
            table.HasCheckConstraint("ck_webhook_deliveries_ended", "delivered_at IS NULL OR failed_at IS NULL");
            table.HasCheckConstraint(
                "ck_webhook_deliveries_lease",
                "(lease_id IS NULL) = (leased_until IS NULL) AND (lease_id IS NULL OR (delivered_at IS NULL AND failed_at IS NULL))");
        });
        builder.HasKey(row => row.DeliveryId);
        builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(row => row.EndpointId);
        builder.HasOne<WebhookEvent>().WithMany().HasForeignKey(row => row.EventId);
        // An event is delivered once.
        builder.HasIndex(row => new { row.EventId, row.EndpointId }).IsUnique();
        // For operators.
        builder.HasIndex(row => new { row.EndpointId, row.Number });
        builder.HasIndex(row => new { row.EndpointId, row.DueAt }).HasFilter("delivered_at IS NULL AND failed_at IS NULL")
            .HasDatabaseName("ix_webhook_deliveries_due_at");
        // For the purge and for the list of dead letters.
        builder.HasIndex(row => row.DeliveredAt).HasFilter("delivered_at IS NOT NULL");
        builder.HasIndex(row => row.FailedAt).HasFilter("failed_at IS NOT NULL");
        builder.Property(row => row.DeliveryId).ValueGeneratedNever();
        builder.Property(row => row.Number).UseIdentityAlwaysColumn();
        builder.Property(row => row.LastError).HasMaxLength(40);
        builder.Ignore(row => row.Status);
    }
}
