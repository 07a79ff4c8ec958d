using System.Buffers;
using System.Globalization;
using System.Text;

namespace ReelBallers.Wallet;

/// <summary>
/// Entries of the statement as CSV (RFC 4180). What a spreadsheet would run as a formula is prefixed with an apostrophe, also
/// within a text: a spreadsheet that separates cells by semicolons or tabs does not honor our quotes.
/// </summary>
internal static class LedgerCsv
{
    public const string Header = "id,created_at,reason,change_cents,balance_after_cents,job_id,stripe_payment_id,description\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",;\"\t\r\n");

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
        var isFormula = IsOperator(text[0]) || text[0] is '\t' or '\r' or '\n';
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
        var mayBeginCell = false;
        foreach (var character in text)
        {
            if (mayBeginCell && IsOperator(character))
            {
                csv.Append('\'');
            }
            mayBeginCell = character is ';' or '\t' or '\r' or '\n' || (mayBeginCell && character is (' ' or '"'));
            csv.Append(character);
            if (character == '"')
            {
                csv.Append('"');
            }
        }
        csv.Append('"');
    }

    // Excel in East Asian languages accepts the full-width forms too.
    private static bool IsOperator(char character) => character is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠';
}
