using System.Text;

namespace ReelBallers.Accounts;

/// <summary>The texts of mails and posts about alerts.</summary>
internal static class AlertTexts
{
    // Slack cuts a text off after 40,000 characters.
    private const int MaxPostLength = 20_000;

    // In a subject.
    private const int MaxTitles = 3;

    /// <summary>The mail.</summary>
    public static MailText Mail(AlertDigest digest)
    {
        var titles = string.Join(", ", digest.Groups.Take(MaxTitles).Select(group => AlertKinds.TitleOf(group.Kind)));
        var others = digest.Groups.Count > MaxTitles ? " and others" : "";
        var text = new MailText($"{Alerts(digest.Count)}: {titles}{others}", "What needs an operator.");
        foreach (var group in digest.Groups)
        {
            text.Say($"{AlertKinds.TitleOf(group.Kind)} ({group.Count})");
            text.List([.. group.Lines.Select(line => (Wording.Time(line.Since), Text(line)))]);
            if (More(group) is { } more)
            {
                text.Add(more);
            }
        }
        if (Ended(digest) is { } ended)
        {
            text.Say(ended);
        }
        return text.Add("All of them: GET /api/admin/alerts. What to do about each: docs/operations.md.");
    }

    /// <summary>The text of a post, in Slack's markup.</summary>
    public static string Post(AlertDigest digest)
    {
        var text = new StringBuilder();
        foreach (var group in digest.Groups)
        {
            text.Append('*').Append(Escape(AlertKinds.TitleOf(group.Kind))).Append($" ({group.Count})*\n");
            foreach (var line in group.Lines.Where(_ => text.Length < MaxPostLength))
            {
                text.Append("• ").Append(Escape(Text(line))).Append('\n');
            }
            if (More(group) is { } more)
            {
                text.Append(more).Append('\n');
            }
        }
        return text.Append(Ended(digest)).ToString().TrimEnd('\n');
    }

    private static string Alerts(long count) => count == 1 ? "1 alert" : $"{count} alerts";

    private static string Text(AlertLine line) => line.IsOver ? $"{line.Text} (over already)" : line.Text;

    private static string? More(AlertGroup group) =>
        group.Count > group.Lines.Count ? $"… and {group.Count - group.Lines.Count} more." : null;

    private static string? Ended(AlertDigest digest) => digest.Ended == 0 ? null : $"Over since the last message: {digest.Ended}.";

    // As Slack asks for: a text with <!channel> in it would call everybody.
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
