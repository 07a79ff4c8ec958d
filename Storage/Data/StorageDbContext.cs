using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.Media;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The tables. Keys begin with the user id, so that they can be distributed or partitioned by user.</summary>
internal sealed class StorageDbContext(DbContextOptions<StorageDbContext> options) : DbContext(options)
{
    private static readonly JsonSerializerOptions VideoJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public DbSet<Upload> Uploads => Set<Upload>();

    public DbSet<Output> Outputs => Set<Output>();

    public DbSet<FileUse> FileUses => Set<FileUse>();

    public DbSet<Download> Downloads => Set<Download>();

    public DbSet<StorageUser> Users => Set<StorageUser>();

    public DbSet<SweepPosition> SweepPositions => Set<SweepPosition>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Upload>(Configure);
        modelBuilder.Entity<Output>(Configure);
        modelBuilder.Entity<FileUse>(use =>
        {
            use.HasKey(row => new { row.UserId, row.UploadId, row.JobId });
            // Serves the release of a job's files.
            use.HasIndex(row => new { row.UserId, row.JobId });
        });
        modelBuilder.Entity<Download>(Configure);
        modelBuilder.Entity<StorageUser>(user =>
        {
            user.ToTable("storage_users");
            user.HasKey(row => row.UserId);
            user.Property(row => row.UserId).ValueGeneratedNever();
        });
        modelBuilder.Entity<SweepPosition>(position => position.HasKey(row => row.Name));
        modelBuilder.AddJoinedUsers();
        modelBuilder.AddIdempotency();
    }

    private static void Configure(EntityTypeBuilder<Upload> upload)
    {
        upload.ToTable(table =>
        {
            table.HasCheckConstraint("ck_uploads_size", "size_bytes > 0");
            table.HasCheckConstraint("ck_uploads_parts", "(multipart_id IS NULL) = (part_size_bytes IS NULL)");
            table.HasCheckConstraint("ck_uploads_completed", "(completed_at IS NULL) = (etag IS NULL)");
            table.HasCheckConstraint("ck_uploads_removed", "removed_at IS NULL OR leased_until IS NULL");
        });
        upload.HasKey(row => new { row.UserId, row.UploadId });
        // Serve the sweeper only.
        upload.HasIndex(row => row.ExpiresAt).HasFilter("removed_at IS NULL").HasDatabaseName("ix_uploads_expires_at");
        upload.HasIndex(row => row.RemovedAt).HasFilter("removed_at IS NOT NULL").HasDatabaseName("ix_uploads_removed_at");
        upload.Property(row => row.UploadId).ValueGeneratedNever();
        // The convention would say e_tag.
        upload.Property(row => row.ETag).HasColumnName("etag");
        upload.Property(row => row.Video).HasColumnType("jsonb").HasConversion(
            video => JsonSerializer.Serialize(video, VideoJson), text => JsonSerializer.Deserialize<VideoFacts>(text, VideoJson));
        upload.Ignore(row => row.PartCount);
    }

    private static void Configure(EntityTypeBuilder<Output> output)
    {
        output.ToTable(table => table.HasCheckConstraint("ck_outputs_removed", "removed_at IS NULL OR leased_until IS NULL"));
        output.HasKey(row => new { row.UserId, row.JobId });
        output.HasIndex(row => row.ExpiresAt).HasFilter("removed_at IS NULL").HasDatabaseName("ix_outputs_expires_at");
        output.HasIndex(row => row.RemovedAt).HasFilter("removed_at IS NOT NULL").HasDatabaseName("ix_outputs_removed_at");
    }

    private static void Configure(EntityTypeBuilder<Download> download)
    {
        download.HasKey(row => new { row.UserId, row.DownloadId });
        download.HasIndex(row => new { row.UserId, row.OutputKey, row.ClientAddress }).IsUnique();
        // For the deletion of expired rows and addresses.
        download.HasIndex(row => row.LastAt).HasDatabaseName("ix_downloads_last_at");
        download.HasIndex(row => row.LastAt, "addresses").HasFilter("client_address <> ''").HasDatabaseName("ix_downloads_addresses");
        download.Property(row => row.ClientAddress).HasMaxLength(CallerAddress.MaxLength);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class StorageDesignTimeFactory : DesignTimeFactory<StorageDbContext>;
