namespace ReelBallers.Accounts;

/// <summary>The texts of mails about tickets.</summary>
internal static class TicketTexts
{
    /// <param name="ticket">The ticket.</param>
    /// <param name="pageUrl">The page where the writer reads and answers.</param>
    public static MailText Of(TicketDetails ticket, string pageUrl) => ticket.News switch
    {
        // Anyone can name another's address: nothing that was written goes there.
        TicketNews.Received => new MailText("We have received your message", "We answer by mail.")
            .Say("We have received your message, and answer it by mail.")
            .List(("Ticket", ticket.TicketId.ToString()), ("When", Wording.Time(ticket.At)))
            .Add("You did not write to us? Then ignore this mail."),
        TicketNews.Answered => Paragraphs(new MailText($"Answer: {ticket.Subject}", "We have answered your message."), ticket)
            .Button("Reply", pageUrl)
            .List(("Ticket", ticket.TicketId.ToString()), ("When", Wording.Time(ticket.At)))
            .Add("Reply on this page, in the browser that you wrote from or where you are signed in. Replies by mail are not read."),
    };

    private static MailText Paragraphs(MailText mail, TicketDetails ticket)
    {
        foreach (var line in (ticket.Text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            mail.Say(line);
        }
        return mail;
    }
}
