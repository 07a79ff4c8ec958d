using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Accounts;

/// <summary>Something that has happened, as it is sent to other systems. Only stored when an endpoint gets it.</summary>
internal sealed class WebhookEvent
{
    /// <summary>The header <c>webhook-id</c>: the same in all attempts, for all endpoints, and when a feed is read again.</summary>
    public Guid EventId { get; init; }

    /// <summary>One of <see cref="WebhookTypes.All"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The body, byte for byte as it is signed.</summary>
    public required string Body { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The id of what this text names.</summary>
    public static Guid IdOf(string source)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 16);
        // RFC 9562, version 8: made by a rule of our own.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>The types of events that other systems get.</summary>
internal static class WebhookTypes
{
    /// <summary>A payment was credited, also an automatic top-up.</summary>
    public const string PaymentCredited = "payment.credited";

    /// <summary>A payment was refunded, or a part of it.</summary>
    public const string PaymentRefunded = "payment.refunded";

    /// <summary>A job has delivered.</summary>
    public const string JobCompleted = "job.completed";

    /// <summary>A job failed or timed out.</summary>
    public const string JobFailed = "job.failed";

    /// <summary>The balance of an account has fallen below the threshold.</summary>
    public const string WalletLowBalance = "wallet.low_balance";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [PaymentCredited, PaymentRefunded, JobCompleted, JobFailed, WalletLowBalance];
}
