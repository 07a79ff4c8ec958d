using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace ReelBallers.Accounts;

/// <summary>
/// Sends mails by SMTP, each in a connection of its own. SMTP has no idempotency key: a mail whose acceptance was not heard arrives twice,
/// with the same Message-ID.
/// </summary>
internal sealed partial class SmtpTransport(
    IOptions<SmtpOptions> options, IOptions<MailOptions> mail, TimeProvider time, ILogger<SmtpTransport> logger) : IMailTransport
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly MailboxAddress _from = MailboxAddress.Parse(mail.Value.From);

    /// <inheritdoc/>
    public async Task SendAsync(Guid mailId, string recipient, MailContent content, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await SendAsync(MessageOf(mailId, recipient, content), either.Token);
        }
        catch (SmtpCommandException exception)
        {
            throw FailureOf(exception);
        }
        catch (AuthenticationException exception)
        {
            throw new MailUnavailableException("The SMTP server does not accept Smtp:UserName and Smtp:Password.", exception);
        }
        catch (ServiceNotAuthenticatedException exception)
        {
            throw new MailUnavailableException("530 The SMTP server requires Smtp:UserName and Smtp:Password.", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new MailUnavailableException(
                "The SMTP server offers no STARTTLS, or no way to sign in that is supported. See Smtp:Security.", exception);
        }
        catch (Exception exception) when (exception is SocketException or IOException or SslHandshakeException or ProtocolException)
        {
            throw new MailUnavailableException($"The SMTP server cannot be reached: {exception.GetType().Name}.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailUnavailableException("The SMTP server did not answer in time.", exception);
        }
    }

    private async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var server = options.Value;
        using var client = new SmtpClient();
        await client.ConnectAsync(server.Host, server.Port, server.SocketOptions, cancellationToken);
        if (server.UserName.Length > 0)
        {
            await client.AuthenticateAsync(server.UserName, server.Password, cancellationToken);
        }
        await client.SendAsync(message, cancellationToken);
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception)
        {
            // The mail has been accepted: another attempt would send it twice.
            LogNotDisconnected(logger, exception);
        }
    }

    private MimeMessage MessageOf(Guid mailId, string recipient, MailContent content)
    {
        var message = new MimeMessage(
            from: [_from],
            to: [new MailboxAddress("", recipient)],
            subject: content.Subject,
            body: new BodyBuilder { TextBody = content.Text, HtmlBody = content.Html }.ToMessageBody())
        {
            MessageId = $"{mailId}@{_from.Domain}",
            Date = time.GetUtcNow(),
        };
        foreach (var (name, value) in content.Headers)
        {
            message.Headers.Add(name, value);
        }
        return message;
    }

    // RFC 5321, 4.2.1: 5yz is permanent, 4yz is not. Not the server's text, which may repeat the address.
    private static Exception FailureOf(SmtpCommandException exception)
    {
        var reason = $"{(int)exception.StatusCode} {exception.ErrorCode}";
        var isPermanent = (int)exception.StatusCode is >= 500 and <= 599
            && exception.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;
        return isPermanent ? new MailRejectedException(reason) : new MailUnavailableException(reason, exception);
    }

    [LoggerMessage(LogLevel.Warning, "The SMTP server has accepted a mail and did not end the connection properly")]
    private static partial void LogNotDisconnected(ILogger logger, Exception exception);
}
