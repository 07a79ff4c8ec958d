namespace ReelBallers.Accounts;

/// <summary>What a Gateway has answered in an interval.</summary>
internal sealed class GatewayTraffic
{
    /// <summary>The Gateway's process.</summary>
    public Guid GatewayId { get; init; }

    /// <summary>Which of its reports: one that comes twice counts once.</summary>
    public long Number { get; init; }

    /// <summary>The requests that it has answered.</summary>
    public long Requests { get; init; }

    /// <summary>Those with a status from 500 on.</summary>
    public long Errors { get; init; }

    /// <summary>When Accounts was told.</summary>
    public DateTimeOffset ReceivedAt { get; init; }
}
