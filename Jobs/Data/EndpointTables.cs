using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>The tables that replicas coordinate by.</summary>
internal static class EndpointTables
{
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Replica>(replica =>
        {
            replica.ToTable("replicas");
            replica.HasKey(row => row.ReplicaId);
            replica.Property(row => row.ReplicaId).ValueGeneratedNever();
        });
        modelBuilder.Entity<EndpointPause>(pause =>
        {
            pause.ToTable("endpoint_pauses");
            pause.HasKey(row => row.EndpointId);
            pause.Property(row => row.EndpointId).HasMaxLength(200);
            pause.Property(row => row.Reason).HasMaxLength(500);
        });
    }
}

/// <summary>A replica of this service; see <see cref="Replicas"/>.</summary>
internal sealed class Replica
{
    public Guid ReplicaId { get; init; }

    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>That an endpoint takes no runs for a while; see <see cref="MarginGuard"/>. The row stays when the pause is over.</summary>
internal sealed class EndpointPause
{
    public required string EndpointId { get; init; }

    /// <summary>Runs that ended before are not counted again: an operator sets it to the present to resume the endpoint.</summary>
    public DateTimeOffset PausedUntil { get; init; }

    public DateTimeOffset PausedAt { get; init; }

    /// <summary>What the runs did.</summary>
    public required string Reason { get; init; }

    /// <summary>How many pauses followed each other without a delivered run in between; each lasts twice as long.</summary>
    public int Pauses { get; init; }
}
