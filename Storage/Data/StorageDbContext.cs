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
        upload.ToTable(table =>
        {
            table.HasCheckConstraint("ck_uploads_size", "size_bytes > 0");
            table.HasCheckConstraint("ck_uploads_parts", "(multipart_id IS NULL) = (part_size_bytes IS NULL)");
            table.HasCheckConstraint("ck_uploads_completed", "(completed_at IS NULL) = (etag IS NULL)");
            table.HasCheckConstraint("ck_uploads_completed_or_swept", "completed_at IS NULL OR leased_until IS NULL");
        });
        upload.HasKey(row => new { row.UserId, row.UploadId });
        // Serves the sweeper only.
        upload.HasIndex(row => row.CreatedAt).HasFilter("completed_at IS NULL").HasDatabaseName("ix_uploads_incomplete_created_at");
        upload.Property(row => row.UploadId).ValueGeneratedNever();
        // The convention would say e_tag.
        upload.Property(row => row.ETag).HasColumnName("etag");
        upload.Ignore(row => row.PartCount);
    }
}

/// <summary>For <c>dotnet ef</c>.</summary>
internal sealed class StorageDesignTimeFactory : DesignTimeFactory<StorageDbContext>;
