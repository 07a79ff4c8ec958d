using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.Accounts;

/// <summary>What happened to a payment, as a mail tells it.</summary>
internal enum PaymentNews
{
    Paid,

    /// <summary>Paid by a saved card, without the user.</summary>
    ToppedUp,
    Refunded,
    RefundFailed,
    Disputed,
    DisputeWon,
    DisputeLost,

    /// <summary>Automatic top-ups have stopped.</summary>
    TopupsStopped,

    /// <summary>An automatic top-up waits for the user's confirmation.</summary>
    TopupUnconfirmed,
}

/// <summary>Of a mail about a payment.</summary>
/// <param name="News">What happened.</param>
/// <param name="AmountCents">Paid, refunded or disputed.</param>
/// <param name="Currency">Of the amount: ISO 4217, lower case.</param>
/// <param name="Credits">Credited, taken back or given back.</param>
/// <param name="PaymentId">Stripe's payment; empty without one.</param>
/// <param name="Reference">The refund or dispute, or why automatic top-ups have stopped.</param>
/// <param name="ReceiptUrl">Stripe's receipt; empty when it is not known.</param>
/// <param name="At">When it happened.</param>
internal sealed record PaymentDetails(
    PaymentNews News, long AmountCents, string Currency, long Credits, string PaymentId, string Reference, string ReceiptUrl,
    DateTimeOffset At)
{
    /// <summary>What was bought; empty for a free amount, and when it is not known.</summary>
    public string PackId { get; init; } = "";

    /// <summary>The access to outside systems that was bought, as buyers call it.</summary>
    public IReadOnlyList<string> Access { get; init; } = [];

    /// <summary>Without the link.</summary>
    public override string ToString() => $"{News} {PaymentId}";
}

/// <summary>Of a mail about a job that has ended.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Type">Its type: <c>framing</c>, <c>overlay</c>, <c>upscale</c> or <c>track</c>.</param>
/// <param name="CostCents">The credits that were held.</param>
/// <param name="RefundedCents">The credits of it that were returned.</param>
/// <param name="Error">Why it failed; empty for one that did not.</param>
/// <param name="At">When it ended.</param>
internal sealed record JobDetails(Guid JobId, string Type, long CostCents, long RefundedCents, string Error, DateTimeOffset At);

/// <summary>Of a mail about a low balance.</summary>
/// <param name="BalanceCents">The credits that are left.</param>
/// <param name="ThresholdCents">Below which the balance is low.</param>
/// <param name="At">When that was seen.</param>
internal sealed record BalanceDetails(long BalanceCents, long ThresholdCents, DateTimeOffset At);

/// <summary>What happened to a ticket, as a mail tells it.</summary>
internal enum TicketNews
{
    /// <summary>To the writer: it has arrived.</summary>
    Received,

    /// <summary>To the writer: an operator's answer.</summary>
    Answered,
}

/// <summary>Of a mail about a ticket.</summary>
/// <param name="News">What happened.</param>
/// <param name="TicketId">The ticket.</param>
/// <param name="Subject">Its subject; null where it is not told.</param>
/// <param name="Text">The message; null where it is not told.</param>
/// <param name="At">When it happened.</param>
internal sealed record TicketDetails(TicketNews News, Guid TicketId, string? Subject, string? Text, DateTimeOffset At)
{
    /// <summary>Without what was written.</summary>
    public override string ToString() => $"{News} {TicketId}";
}

/// <summary>What happened to the address of an account, as a mail tells it.</summary>
internal enum AddressNews
{
    /// <summary>To the address that the account has: a change was asked for.</summary>
    ConfirmOld,

    /// <summary>To the address that it is to have.</summary>
    ConfirmNew,

    /// <summary>To the address that it had.</summary>
    ChangedOld,

    /// <summary>To the address that it has now.</summary>
    ChangedNew,
}

/// <summary>Of a mail about a change of an account's address.</summary>
/// <param name="News">What happened.</param>
/// <param name="LinkId">The link that confirms the change; null where nothing is to be confirmed.</param>
/// <param name="NewEmail">The new address, masked; null where it is the recipient's.</param>
/// <param name="At">When the link ends; of a change, when it happened.</param>
internal sealed record AddressDetails(AddressNews News, Guid? LinkId, string? NewEmail, DateTimeOffset At);

/// <summary>What happened to a passkey, as a mail tells it.</summary>
internal enum PasskeyNews
{
    Added,
    Removed,
}

/// <summary>Of a mail about a passkey.</summary>
/// <param name="News">What happened.</param>
/// <param name="Name">What the user calls it.</param>
/// <param name="At">When it happened.</param>
internal sealed record PasskeyDetails(PasskeyNews News, string Name, DateTimeOffset At)
{
    /// <summary>Without what was written.</summary>
    public override string ToString() => $"{News}";
}

/// <summary>Reads and writes the details of mails.</summary>
internal static class MailDetails
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>As they are stored.</summary>
    public static string Write(object details) => JsonSerializer.Serialize(details, Json);

    /// <summary>The details of a mail that has some.</summary>
    public static T Read<T>(OutgoingMail mail) =>
        JsonSerializer.Deserialize<T>(mail.Details ?? throw new InvalidOperationException($"Mail {mail.MailId} has no details."), Json)!;
}
