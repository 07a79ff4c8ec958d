using System.Globalization;
using System.Text;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A PDF of one page with lines of text.</summary>
internal static class PdfPage
{
    private const string Start = "%PDF-1.4\n";

    public static byte[] Write(IEnumerable<string> lines)
    {
        var content = $"BT /F1 12 Tf 16 TL 56 780 Td\n{string.Concat(lines.Select(line => $"({Escaped(line)}) Tj T*\n"))}ET";
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            FormattableString.Invariant($"<< /Length {content.Length} >>\nstream\n{content}\nendstream"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ];
        var file = new StringBuilder(Start);
        var table = new StringBuilder("0000000000 65535 f \n");
        for (var at = 0; at < objects.Length; at++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Length:0000000000} 00000 n \n");
            file.Append(CultureInfo.InvariantCulture, $"{at + 1} 0 obj\n{objects[at]}\nendobj\n");
        }

        var start = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n{table}");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    // Latin 1 has one byte a character, so that positions in the text are positions in the file.
    private static string Escaped(string line) => string.Concat(line.Select(letter => letter switch
    {
        '(' or ')' or '\\' => $"\\{letter}",
        < ' ' or > 'ÿ' => "?",
        _ => letter.ToString(),
    }));
}
