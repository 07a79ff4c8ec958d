using System.Globalization;
using System.Net;
using System.Text;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Pure: what the bank is told about a disputed purchase.</summary>
internal static class DisputeEvidence
{
    /// <summary>Stripe's limit for a text.</summary>
    public const int MaxTextLength = 20_000;

    // All texts together may have 150,000 characters; a log that is longer than this convinces no one.
    private const int MaxLogLength = 15_000;

    /// <param name="checkout">The purchase.</param>
    /// <param name="email">The payer's, if known.</param>
    /// <param name="uses">How the user's credits were used since, oldest first.</param>
    /// <param name="downloads">The files that the user has downloaded since.</param>
    /// <param name="note">An operator's words; may be empty.</param>
    public static DisputeEvidenceOptions Of(
        Checkout checkout, string? email, IReadOnlyList<CreditUse> uses, IReadOnlyList<FileDownload> downloads, string note) => new()
        {
            ProductDescription = $"{Wording.Product(checkout)}: prepaid credits for video processing, delivered to the account at once.",
            ServiceDate = Day(checkout.CreditedAt ?? checkout.CreatedAt),
            CustomerEmailAddress = email,
            CustomerPurchaseIp = IPAddress.TryParse(checkout.ClientAddress, out var address) ? address.ToString() : null,
            AccessActivityLog = Log(uses, downloads),
            UncategorizedText = Summary(checkout, uses, downloads, note),
        };

    private static string Summary(
        Checkout checkout, IReadOnlyList<CreditUse> uses, IReadOnlyList<FileDownload> downloads, string note)
    {
        var text = new StringBuilder();
        Add(text, $"Purchase {checkout.Id} of user {checkout.UserId}: {Wording.Product(checkout)} for {Money(checkout.RefundableCents)}.");
        Add(text, checkout.Source switch
        {
            PurchaseSource.Session => $"The payer opened the checkout page at {Time(checkout.CreatedAt)} and paid there.",
            PurchaseSource.AutoTopup => $"The payer had saved the card and asked for automatic top-ups; this one began at "
                + $"{Time(checkout.CreatedAt)}.",
        });
        if (checkout.CreditedAt is { } creditedAt)
        {
            Add(text, $"The credits were in the account at {Time(creditedAt)}.");
        }
        if (checkout.ClientAddress is not null)
        {
            Add(text, $"The request came from the address {checkout.ClientAddress}.");
        }
        if (checkout.ReceiptUrl is not null)
        {
            Add(text, $"Receipt: {checkout.ReceiptUrl}");
        }
        Add(text, uses.Count == 0
            ? "The account has not used credits since."
            : $"The account has used {uses.Sum(use => use.Credits)} credits in {uses.Count} jobs since, from {Time(uses[0].At)} to "
                + $"{Time(uses[^1].At)}; see the activity log.");
        // That none is known proves nothing: records may be erased.
        if (downloads.Count > 0)
        {
            Add(text, $"It has asked {downloads.Sum(file => file.Links)} times for links to download "
                + $"{downloads.DistinctBy(file => file.Key).Count()} result files, from {Time(downloads.Min(file => file.FirstAt))} to "
                + $"{Time(downloads.Max(file => file.LastAt))}.");
        }
        if (note.Length > 0)
        {
            Add(text, note);
        }
        return text.ToString();
    }

    private static string? Log(IReadOnlyList<CreditUse> uses, IReadOnlyList<FileDownload> downloads)
    {
        var entries = uses.Select(use => (use.At, Line: Line(use)))
            .Concat(downloads.Select(download => (At: download.FirstAt, Line: Line(download))))
            .OrderBy(entry => entry.At).ToList();
        var text = new StringBuilder();
        foreach (var (index, (at, what)) in entries.Index())
        {
            var line = $"{Time(at)} {what}\n";
            if (text.Length + line.Length > MaxLogLength)
            {
                text.Append(CultureInfo.InvariantCulture, $"and {entries.Count - index} more\n");
                break;
            }
            text.Append(line);
        }
        return text.Length == 0 ? null : text.ToString();
    }

    private static string Line(CreditUse use) => string.Create(CultureInfo.InvariantCulture, $"job {use.JobId}: {use.Credits} credits");

    // A link is what we know of: the file itself comes from the storage.
    private static string Line(FileDownload download)
    {
        var file = download.Filename.Length > 0 ? download.Filename : download.Key;
        var from = download.Address is null ? "" : $" from {download.Address}";
        var times = download.Links == 1
            ? "" : string.Create(CultureInfo.InvariantCulture, $", {download.Links} times until {Time(download.LastAt)}");
        return $"link to download {file} requested{from}{times}";
    }

    private static void Add(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Money(long cents) => string.Create(CultureInfo.InvariantCulture, $"${cents / 100:N0}.{cents % 100:00}");
}

/// <summary>A job that was run with credits.</summary>
/// <param name="At">When its credits were taken.</param>
/// <param name="JobId">The job.</param>
/// <param name="Credits">What it cost.</param>
internal sealed record CreditUse(DateTimeOffset At, string JobId, long Credits);
