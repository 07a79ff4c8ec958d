using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The tables. Keys begin with the user id, so that they can be distributed or partitioned by user.</summary>
internal sealed class StorageDbContext(DbContextOptions<StorageDbContext> options) : DbContext(options)
{
    public DbSet<Upload> Uploads => Set<Upload>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Upload>(Configure);
        modelBuilder.AddIdempotency();
    }

    private static void Configure(EntityTypeBuilder<Upload> upload)
    {
        upload.ToTable("uploads", table =>
        {
            table.HasCheckConstraint("ck_uploads_size", "size_bytes > 0");
            table.HasCheckConstraint("ck_uploads_parts", "(multipart_id IS NULL) = (part_size_bytes IS NULL)");
            table.HasCheckConstraint("ck_uploads_completed", "(completed_at IS NULL) = (etag IS NULL)");
            table.HasCheckConstraint("ck_uploads_completed_or_swept", "completed_at IS NULL OR sweep_leased_until IS NULL");
        });
        upload.HasKey(row => new { row.UserId, row.UploadId }).HasName("pk_uploads");
        // Serves the sweeper only.
        upload.HasIndex(row => row.CreatedAt).HasFilter("completed_at IS NULL").HasDatabaseName("ix_uploads_incomplete_created_at");
        upload.Property(row => row.UserId).HasColumnName("user_id");
        upload.Property(row => row.UploadId).HasColumnName("upload_id").ValueGeneratedNever();
        upload.Property(row => row.Key).HasColumnName("key");
        upload.Property(row => row.Filename).HasColumnName("filename");
        upload.Property(row => row.ContentType).HasColumnName("content_type");
        upload.Property(row => row.SizeBytes).HasColumnName("size_bytes");
        upload.Property(row => row.MultipartId).HasColumnName("multipart_id");
        upload.Property(row => row.PartSizeBytes).HasColumnName("part_size_bytes");
        upload.Property(row => row.CreatedAt).HasColumnName("created_at");
        upload.Property(row => row.CompletedAt).HasColumnName("completed_at");
        upload.Property(row => row.ETag).HasColumnName("etag");
        upload.Property(row => row.SweepLeasedUntil).HasColumnName("sweep_leased_until");
        upload.Ignore(row => row.PartCount);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class StorageDesignTimeFactory : DesignTimeFactory<StorageDbContext>;
