using System.Buffers;
using System.Globalization;
using System.Text;

namespace ReelBallers.Wallet;

/// <summary>
/// Entries of the statement as CSV (RFC 4180). A text that a spreadsheet would run as a formula is prefixed with an
/// apostrophe, which spreadsheets do not show.
/// </summary>
internal static class LedgerCsv
{
    public const string Header = "id,created_at,reason,change_cents,balance_after_cents,job_id,stripe_payment_id,description\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static void Append(StringBuilder csv, Transfer transfer)
    {
        csv.Append(transfer.EntryId()).Append(',')
            .Append(CultureInfo.InvariantCulture, $"{transfer.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'},")
            .Append(transfer.Reason.ToName()).Append(',')
            .Append(CultureInfo.InvariantCulture, $"{transfer.ChangeOf(AccountType.Wallet)},{transfer.BalanceAfterCents},");
        AppendText(csv, transfer.JobId);
        csv.Append(',');
        AppendText(csv, transfer.StripePaymentId);
        csv.Append(',');
        AppendText(csv, transfer.Description);
        csv.Append("\r\n");
    }

    internal static void AppendText(StringBuilder csv, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }
        // Excel in East Asian languages accepts the full-width forms too.
        var isFormula = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';
        if (!isFormula && !text.AsSpan().ContainsAny(Quoted))
        {
            csv.Append(text);
            return;
        }
        csv.Append('"');
        if (isFormula)
        {
            csv.Append('\'');
        }
        csv.Append(text).Replace("\"", "\"\"", csv.Length - text.Length, text.Length).Append('"');
    }
}
