using Microsoft.EntityFrameworkCore;

namespace ReelBallers.ServiceDefaults;

/// <summary>The use of an <c>Idempotency-Key</c> by a user: the request, and the first response once there is one.</summary>
public sealed class IdempotencyRecord
{
    /// <summary>Whose key it is.</summary>
    public Guid UserId { get; init; }

    /// <summary>The key as it was sent: 1 to 255 printable ASCII characters.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path, query and body.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>The same for every attempt with this key: the id of what the request creates.</summary>
    public Guid OperationId { get; init; }

    /// <summary>When the lease of the current attempt ends; then another attempt can continue.</summary>
    public DateTimeOffset LeasedUntil { get; init; }

    /// <summary>The HTTP status of the first response; null while there is none.</summary>
    public int? Status { get; init; }

    /// <summary>The media type of the first response.</summary>
    public string? ContentType { get; init; }

    /// <summary>The <c>Location</c> of the first response, if any.</summary>
    public string? Location { get; init; }

    /// <summary>The body of the first response.</summary>
    public byte[]? Body { get; init; }

    /// <summary>When the key was first used.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The table of idempotency records.</summary>
public static class IdempotencyModel
{
    /// <summary>Adds the table <c>idempotency_records</c> to a service's model.</summary>
    public static void AddIdempotency(this ModelBuilder model) => model.Entity<IdempotencyRecord>(record =>
    {
        record.ToTable("idempotency_records");
        record.HasKey(row => new { row.UserId, row.Key });
        record.HasIndex(row => row.CreatedAt);
        record.Property(row => row.Key).HasMaxLength(255);
    });
}
