using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The tables of jobs, their runs and their intents.</summary>
internal sealed class JobsDbContext(DbContextOptions<JobsDbContext> options) : DbContext(options)
{
    /// <summary>The transaction that changed the job last; null in the history.</summary>
    public const string ChangedIn = "ChangedIn";

    private const int MaxTransferIdLength = 64;

    private static readonly JsonSerializerOptions WorkJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<Intent> Intents => Set<Intent>();

    public DbSet<EndpointPause> EndpointPauses => Set<EndpointPause>();

    public DbSet<JoinedUser> JoinedUsers => Set<JoinedUser>();

    public DbSet<EndedJob> EndedJobs => Set<EndedJob>();

    public DbSet<JobPath> Paths => Set<JobPath>();

    public DbSet<ArchivedJob> History => Set<ArchivedJob>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddIdempotency();
        modelBuilder.AddJoinedUsers();
        modelBuilder.Entity<Job>(MapJob);
        modelBuilder.Entity<Run>(MapRun);
        modelBuilder.Entity<Intent>(MapIntent);
        EndpointTables.Map(modelBuilder);
        modelBuilder.Entity<EndedJob>(MapEndedJob);
        modelBuilder.Entity<JobPath>(MapPath);
        modelBuilder.Entity<ArchivedJob>(MapArchivedJob);
    }

    private static void MapJob(EntityTypeBuilder<Job> job)
    {
        job.ToTable(table =>
        {
            table.HasCheckConstraint("ck_jobs_cost", "cost_cents > 0");
            table.HasCheckConstraint("ck_jobs_progress", "progress between 0 and 100");
            table.HasCheckConstraint("ck_jobs_outcome", "outcome in ('completed', 'failed', 'cancelled', 'timed_out')");
            table.HasCheckConstraint(
                "ck_jobs_status", "status in ('created', 'queued', 'running') or (outcome is not null and status = outcome)");
            table.HasCheckConstraint(
                "ck_jobs_refund",
                "refunded_cents = case when status in ('failed', 'cancelled', 'timed_out') then cost_cents "
                + "when status = 'completed' then cost_cents - coalesce(charged_cents, cost_cents) else 0 end");
            table.HasCheckConstraint("ck_jobs_charge", "due_cents between 0 and cost_cents and charged_cents between 0 and cost_cents");
        });
        job.HasKey(row => row.JobId);
        job.Property(row => row.JobId).ValueGeneratedNever();
        job.Property(row => row.ProjectId).HasMaxLength(100);
        job.Property(row => row.Type).HasMaxLength(16)
            .HasConversion(type => type.ToWire(), text => JobTypes.Parse(text));
        job.Property(row => row.Status).HasMaxLength(16)
            .HasConversion(status => status.ToWire(), text => JobStatuses.Parse(text));
        job.Property(row => row.Outcome).HasMaxLength(16)
            .HasConversion(status => status!.Value.ToWire(), text => JobStatuses.Parse(text));
        job.Property(row => row.Error).HasMaxLength(500);
        job.Property(row => row.SourceKey).HasMaxLength(512);
        job.Property(row => row.Work).HasColumnType("jsonb").HasConversion(
            work => JsonSerializer.Serialize(work, WorkJson), text => JsonSerializer.Deserialize<Work>(text, WorkJson)!);
        job.Property(row => row.OutputKey).HasMaxLength(512);
        job.Property(row => row.HoldTransferId).HasMaxLength(MaxTransferIdLength);
        job.Property(row => row.SettlementTransferId).HasMaxLength(MaxTransferIdLength);
        job.Property(row => row.RefundTransferId).HasMaxLength(MaxTransferIdLength);
        job.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
        job.HasChangePosition(ChangedIn);
        job.HasIndex(row => row.OperationId).IsUnique().HasFilter("outcome is null or queued_at is not null")
            .HasDatabaseName("ux_jobs_operation");
        job.HasIndex(row => new { row.UserId, row.CreatedAt, row.JobId }).IsDescending(false, true, true)
            .HasDatabaseName("ix_jobs_user_created");
        job.HasIndex(row => new { row.UserId, row.Status, row.CreatedAt, row.JobId }).IsDescending(false, false, true, true)
            .HasDatabaseName("ix_jobs_user_status_created");
        job.HasIndex(row => row.UpdatedAt).HasFilter("status in ('completed', 'failed', 'cancelled', 'timed_out')")
            .HasDatabaseName("ix_jobs_ended");
    }

    private static void MapArchivedJob(EntityTypeBuilder<ArchivedJob> past)
    {
        past.ToTable("job_history");
        past.HasKey(row => row.JobId);
        past.Property(row => row.JobId).ValueGeneratedNever();
        past.Property(row => row.Status).HasMaxLength(16)
            .HasConversion(status => status.ToWire(), text => JobStatuses.Parse(text));
        past.Property(row => row.Job).HasColumnType("jsonb");
        past.Property(row => row.Runs).HasColumnType("jsonb");
        // For figures by day: a job was moved after it had ended.
        past.HasIndex(row => row.ArchivedAt).HasDatabaseName("ix_job_history_archived_at");
        past.HasIndex(row => new { row.UserId, row.CreatedAt, row.JobId }).IsDescending(false, true, true)
            .HasDatabaseName("ix_job_history_user_created");
        past.HasIndex(row => new { row.UserId, row.Status, row.CreatedAt, row.JobId }).IsDescending(false, false, true, true)
            .HasDatabaseName("ix_job_history_user_status_created");
    }

    private static void MapEndedJob(EntityTypeBuilder<EndedJob> ended)
    {
        ended.ToTable("ended_jobs");
        ended.HasKey(row => row.Sequence);
        ended.Property(row => row.Sequence).UseIdentityAlwaysColumn();
        ended.Property(row => row.Type).HasMaxLength(16).HasConversion(type => type.ToWire(), text => JobTypes.Parse(text));
        ended.Property(row => row.Status).HasMaxLength(16).HasConversion(status => status.ToWire(), text => JobStatuses.Parse(text));
        ended.Property(row => row.Error).HasMaxLength(500);
        ended.HasIndex(row => row.EndedAt).HasDatabaseName("ix_ended_jobs_ended_at");
    }

    private static void MapRun(EntityTypeBuilder<Run> run)
    {
        run.ToTable(table =>
        {
            table.HasCheckConstraint("ck_runs_number", "number > 0");
            table.HasCheckConstraint(
                "ck_runs_state",
                $"state in ({string.Join(", ", Enum.GetValues<RunState>().Select(state => $"'{state.ToText()}'"))})");
            table.HasCheckConstraint("ck_runs_cost", "execution_time_ms >= 0 and delay_time_ms >= 0 and cost_microdollars >= 0");
        });
        run.HasKey(row => new { row.JobId, row.Number });
        run.Property(row => row.Number).ValueGeneratedNever();
        run.HasOne<Job>().WithMany().HasForeignKey(row => row.JobId).HasConstraintName("fk_runs_jobs");
        run.Property(row => row.EndpointId).HasMaxLength(200);
        // The convention would say run_pod.
        run.Property(row => row.RunPodId).HasColumnName("runpod_id").HasMaxLength(200);
        run.Property(row => row.HintedRunPodId).HasColumnName("hinted_runpod_id").HasMaxLength(200);
        run.Property(row => row.State).HasMaxLength(16).HasConversion(state => state.ToText(), text => RunStates.Parse(text));
        run.Property(row => row.WorkerId).HasMaxLength(200);
        // What an endpoint has, and what it has done lately.
        run.HasIndex(row => row.EndpointId).HasFilter("state in ('submitting', 'submitted', 'running')")
            .HasDatabaseName("ix_runs_open");
        run.HasIndex(row => new { row.EndpointId, row.EndedAt }).HasFilter("ended_at is not null").HasDatabaseName("ix_runs_ended");
        // A RunPod job belongs to one of our jobs: a callback cannot claim the result of another.
        run.HasIndex(row => row.RunPodId).IsUnique().HasDatabaseName("ux_runs_runpod_id");
    }

    private static void MapPath(EntityTypeBuilder<JobPath> path)
    {
        // Without a foreign key: it stays when its job moves to the history.
        path.ToTable("job_paths");
        path.HasKey(row => row.JobId);
        path.Property(row => row.JobId).ValueGeneratedNever();
        path.Property(row => row.Path).HasColumnType("jsonb").HasConversion(
            value => JsonSerializer.Serialize(value, WorkJson), text => JsonSerializer.Deserialize<WindowPath>(text, WorkJson)!);
    }

    private static void MapIntent(EntityTypeBuilder<Intent> intent)
    {
        intent.HasKey(row => new { row.JobId, row.Kind });
        intent.HasOne<Job>().WithMany().HasForeignKey(row => row.JobId).HasConstraintName("fk_intents_jobs");
        intent.Property(row => row.Kind).HasMaxLength(16)
            .HasConversion(kind => kind.ToText(), text => IntentKinds.Parse(text));
        intent.Property(row => row.LastError).HasMaxLength(500);
        intent.Property(row => row.TraceParent).HasMaxLength(TraceParents.Length);
        intent.Property(row => row.Lane).HasMaxLength(100);
        intent.Property(row => row.Turn).ValueGeneratedOnAdd().HasDefaultValue(0L);
        intent.HasIndex(row => new { row.Kind, row.DueAt }).HasFilter("lane is null and dead_since is null")
            .HasDatabaseName("ix_intents_due");
        const string waiting = "lane is not null and dead_since is null";
        intent.HasIndex(row => new { row.Lane, row.Turn, row.DueAt }).HasFilter(waiting).HasDatabaseName("ix_intents_turns");
        intent.HasIndex(row => new { row.UserId, row.Turn }).HasFilter(waiting).HasDatabaseName("ix_intents_user_turns");
        intent.HasIndex(row => row.QueuedAt).HasFilter(waiting).HasDatabaseName("ix_intents_queued");
        intent.HasIndex(row => row.DeadSince).HasFilter("dead_since is not null").HasDatabaseName("ix_intents_dead");
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class JobsDesignTimeFactory : DesignTimeFactory<JobsDbContext>;
