using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The tables of jobs and intents.</summary>
internal sealed class JobsDbContext(DbContextOptions<JobsDbContext> options) : DbContext(options)
{
    private static readonly JsonSerializerOptions WorkJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<Intent> Intents => Set<Intent>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddIdempotency();
        modelBuilder.Entity<Job>(MapJob);
        modelBuilder.Entity<Intent>(MapIntent);
    }

    private static void MapJob(EntityTypeBuilder<Job> job)
    {
        job.ToTable("jobs", table =>
        {
            table.HasCheckConstraint("ck_jobs_cost", "cost_cents > 0");
            table.HasCheckConstraint("ck_jobs_progress", "progress between 0 and 100");
            table.HasCheckConstraint("ck_jobs_outcome", "outcome in ('completed', 'failed', 'cancelled', 'timed_out')");
            table.HasCheckConstraint(
                "ck_jobs_status", "status in ('created', 'queued', 'running') or (outcome is not null and status = outcome)");
            table.HasCheckConstraint(
                "ck_jobs_refund",
                "refunded_cents = case when status in ('failed', 'cancelled', 'timed_out') then cost_cents else 0 end");
        });
        job.HasKey(row => row.JobId).HasName("pk_jobs");
        job.Property(row => row.JobId).HasColumnName("job_id").ValueGeneratedNever();
        job.Property(row => row.UserId).HasColumnName("user_id");
        job.Property(row => row.ProjectId).HasColumnName("project_id").HasMaxLength(100);
        job.Property(row => row.Type).HasColumnName("type").HasMaxLength(16)
            .HasConversion(type => type.ToWire(), text => JobTypes.Parse(text));
        job.Property(row => row.Status).HasColumnName("status").HasMaxLength(16)
            .HasConversion(status => status.ToWire(), text => JobStatuses.Parse(text));
        job.Property(row => row.Outcome).HasColumnName("outcome").HasMaxLength(16)
            .HasConversion(status => status!.Value.ToWire(), text => JobStatuses.Parse(text));
        job.Property(row => row.Progress).HasColumnName("progress");
        job.Property(row => row.CostCents).HasColumnName("cost_cents");
        job.Property(row => row.RefundedCents).HasColumnName("refunded_cents");
        job.Property(row => row.Error).HasColumnName("error").HasMaxLength(500);
        job.Property(row => row.SourceKey).HasColumnName("source_key").HasMaxLength(512);
        job.Property(row => row.PaidSeconds).HasColumnName("paid_seconds");
        job.Property(row => row.Work).HasColumnName("work").HasColumnType("jsonb").HasConversion(
            work => JsonSerializer.Serialize(work, WorkJson), text => JsonSerializer.Deserialize<Work>(text, WorkJson)!);
        job.Property(row => row.OutputKey).HasColumnName("output_key").HasMaxLength(512);
        job.Property(row => row.OutputSizeBytes).HasColumnName("output_size_bytes");
        job.Property(row => row.RunPodEndpointId).HasColumnName("runpod_endpoint_id").HasMaxLength(200);
        job.Property(row => row.RunPodId).HasColumnName("runpod_id").HasMaxLength(200);
        job.Property(row => row.HintedRunPodId).HasColumnName("hinted_runpod_id").HasMaxLength(200);
        job.Property(row => row.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParents.Length);
        job.Property(row => row.Version).HasColumnName("version");
        job.Property(row => row.CreatedAt).HasColumnName("created_at");
        job.Property(row => row.UpdatedAt).HasColumnName("updated_at");
        job.Property(row => row.QueuedAt).HasColumnName("queued_at");
        job.Property(row => row.SubmittedAt).HasColumnName("submitted_at");
        job.Property(row => row.StartedAt).HasColumnName("started_at");
        job.HasIndex(row => new { row.UserId, row.CreatedAt, row.JobId }).IsDescending(false, true, true)
            .HasDatabaseName("ix_jobs_user_created");
        job.HasIndex(row => new { row.UserId, row.Status, row.CreatedAt, row.JobId }).IsDescending(false, false, true, true)
            .HasDatabaseName("ix_jobs_user_status_created");
        // A RunPod job belongs to one of our jobs: a callback cannot claim the result of another.
        job.HasIndex(row => row.RunPodId).IsUnique().HasDatabaseName("ux_jobs_runpod_id");
    }

    private static void MapIntent(EntityTypeBuilder<Intent> intent)
    {
        intent.ToTable("intents");
        intent.HasKey(row => new { row.JobId, row.Kind }).HasName("pk_intents");
        intent.HasOne<Job>().WithMany().HasForeignKey(row => row.JobId).HasConstraintName("fk_intents_jobs");
        intent.Property(row => row.JobId).HasColumnName("job_id");
        intent.Property(row => row.Kind).HasColumnName("kind").HasMaxLength(16)
            .HasConversion(kind => kind.ToText(), text => IntentKinds.Parse(text));
        intent.Property(row => row.DueAt).HasColumnName("due_at");
        intent.Property(row => row.Attempts).HasColumnName("attempts");
        intent.Property(row => row.Failures).HasColumnName("failures");
        intent.Property(row => row.WaitingSince).HasColumnName("waiting_since");
        intent.Property(row => row.LeaseId).HasColumnName("lease_id");
        intent.Property(row => row.LeaseUntil).HasColumnName("lease_until");
        intent.Property(row => row.DeadSince).HasColumnName("dead_since");
        intent.Property(row => row.LastError).HasColumnName("last_error").HasMaxLength(500);
        intent.Property(row => row.TraceParent).HasColumnName("trace_parent").HasMaxLength(TraceParents.Length);
        intent.HasIndex(row => new { row.Kind, row.DueAt }).HasFilter("dead_since is null").HasDatabaseName("ix_intents_due");
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class JobsDesignTimeFactory : DesignTimeFactory<JobsDbContext>;
