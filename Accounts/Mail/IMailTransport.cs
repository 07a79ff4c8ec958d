using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Hands mails to the server that delivers them.</summary>
internal interface IMailTransport
{
    /// <summary>Sends a mail. It is bounded in time.</summary>
    /// <param name="mailId">The same for each attempt of a mail.</param>
    /// <param name="recipient">One address.</param>
    /// <param name="content">Subject and text.</param>
    /// <param name="cancellationToken">Cancels the attempt; the mail may have been sent nevertheless.</param>
    /// <exception cref="MailRejectedException">It is rejected for what it is.</exception>
    /// <exception cref="MailRateLimitedException">It was not looked at.</exception>
    /// <exception cref="MailUnavailableException">It was not sent for another reason, or no answer came.</exception>
    Task SendAsync(Guid mailId, string recipient, MailContent content, CancellationToken cancellationToken);
}

/// <summary>A mail was not accepted, and would not be if it were sent again.</summary>
internal sealed class MailRejectedException(string reason) : Exception(reason);

/// <summary>A mail was not accepted, or it is unknown whether it was: another attempt may be.</summary>
internal sealed class MailUnavailableException(string reason, Exception? inner = null) : DependencyUnavailableException(reason, inner);

/// <summary>The server has not looked at a mail, since more came in a second than it takes.</summary>
internal sealed class MailRateLimitedException(TimeSpan pause) : Exception("The limit of mails a second is reached.")
{
    /// <summary>When to come again.</summary>
    public TimeSpan Pause => pause;
}
