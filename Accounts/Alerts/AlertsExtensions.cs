using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Registers what tells the operators, and its tables.</summary>
internal static class AlertsExtensions
{
    private const int MaxServiceLength = 40;

    public static void AddAlerts(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<AlertsOptions>("Alerts");
        builder.Services.AddScoped<Alerts>();
        builder.Services.AddScoped<AlertDigests>();
        builder.Services.AddScoped<AlertPosts>();
        builder.Services.AddOwnConditions();
        ConditionPolls.Add(builder);
        builder.Services.AddHostedService<AlertWorker>();
        builder.Services.AddHostedService<OldAlerts>();
        if (string.IsNullOrWhiteSpace(builder.Configuration["Alerts:WebhookUrl"]))
        {
            return;
        }
        // Without loggers: the URL is a secret.
        builder.Services.AddHttpClient<AlertWebhook>(client => client.Timeout = AlertWebhook.Timeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false })
            .RemoveAllLoggers();
        builder.Services.AddHostedService<AlertPostSender>();
    }

    public static void AddAlerts(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Alert>(alert =>
        {
            alert.ToTable("alerts");
            alert.HasKey(row => row.Number);
            alert.HasIndex(row => new { row.Kind, row.Subject }).IsUnique().HasFilter("ended_at IS NULL").HasDatabaseName("ux_alerts_open");
            // What is to be told, when it was told last, and for the purge.
            alert.HasIndex(row => row.CreatedAt).HasFilter("told_at IS NULL").HasDatabaseName("ix_alerts_untold");
            alert.HasIndex(row => row.ToldAt);
            alert.HasIndex(row => row.EndedAt);
            // For operators: the open ones first.
            alert.HasIndex(row => row.Number).HasFilter("ended_at IS NULL").HasDatabaseName("ix_alerts_open_number");
            alert.Property(row => row.Number).UseIdentityAlwaysColumn();
            alert.Property(row => row.Kind).HasMaxLength(Alert.MaxKindLength);
            alert.Property(row => row.Subject).HasMaxLength(Alert.MaxLength);
            alert.Property(row => row.Text).HasMaxLength(Alert.MaxLength);
        });
        modelBuilder.Entity<AlertPost>(post =>
        {
            post.ToTable("alert_posts", table => table.HasCheckConstraint("ck_alert_posts_ended", "sent_at IS NULL OR failed_at IS NULL"));
            post.HasKey(row => row.PostId);
            post.HasIndex(row => row.DueAt).HasFilter("sent_at IS NULL AND failed_at IS NULL").HasDatabaseName("ix_alert_posts_due_at");
            post.Property(row => row.PostId).ValueGeneratedNever();
        });
        modelBuilder.Entity<ConditionPoll>(poll =>
        {
            poll.ToTable("condition_polls");
            poll.HasKey(row => row.Service);
            poll.Property(row => row.Service).HasMaxLength(MaxServiceLength);
        });
        modelBuilder.Entity<GatewayTraffic>(traffic =>
        {
            traffic.ToTable("gateway_traffic");
            traffic.HasKey(row => new { row.GatewayId, row.Number });
            traffic.HasIndex(row => row.ReceivedAt);
        });
    }
}
