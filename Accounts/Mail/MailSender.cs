using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Sends the mails of the outbox. Any number of replicas may run it. A mail has <see cref="MailOptions.MaxAttempts"/> with growing pauses;
/// one that is rejected for what it is, has one, and a link that has ended none. When the server takes no more mails in this second, all
/// wait, and for a day it counts as no attempt.
/// </summary>
internal sealed partial class MailSender(
    IServiceScopeFactory scopes, WorkSignals signals, MailWriter writer, IOptions<MailOptions> options, AccountsMeter meter,
    TimeProvider time, ILogger<MailSender> logger)
    : QueueWorker<OutgoingMail>(scopes, signals.Mails, "The outbox of mails could not be read", time, logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    protected override Task<IReadOnlyList<OutgoingMail>> LeaseAsync(
        IServiceProvider services, int limit, CancellationToken stoppingToken) =>
        services.GetRequiredService<MailOutbox>().LeaseAsync(limit, stoppingToken);

    protected override async Task AttemptAsync(
        OutgoingMail mail, IServiceProvider services, CancellationToken stoppingToken)
    {
        var outbox = services.GetRequiredService<MailOutbox>();
        try
        {
            if (mail.Attempts > options.Value.MaxAttempts)
            {
                await GiveUpAsync(outbox, mail, mail.LastError ?? "The process ended during the last attempt.", stoppingToken);
            }
            else if (await services.GetRequiredService<Suppressions>()
                .FindAsync(mail.Recipient, stoppingToken) is { } suppressed && suppressed.Stops(mail.Kind))
            {
                await GiveUpAsync(outbox, mail, $"The address is suppressed: {suppressed.Reason}.", stoppingToken);
            }
            else if (await writer.WriteAsync(mail, stoppingToken) is { } content)
            {
                await services.GetRequiredService<IMailTransport>()
                    .SendAsync(mail.MailId, mail.Recipient, content, stoppingToken);
                // Not cancelled by the stop: it has been sent.
                await outbox.SentAsync(mail, CancellationToken.None);
                meter.Ended(mail.Kind, "sent");
            }
            else
            {
                await GiveUpAsync(outbox, mail, "It was no longer of use.", stoppingToken);
            }
        }
        catch (MailRejectedException rejected)
        {
            await GiveUpAsync(outbox, mail, rejected.Message, stoppingToken);
        }
        catch (MailRateLimitedException limited) when (Time.GetUtcNow() - mail.CreatedAt < LongestWait)
        {
            PauseFor(limited.Pause);
            await outbox.PostponeAsync(mail, limited.Pause, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (mail.Attempts >= options.Value.MaxAttempts)
            {
                await GiveUpAsync(outbox, mail, exception.Message, stoppingToken);
            }
            else
            {
                LogRetried(logger, mail.Kind, mail.MailId, Outages.Reason(exception));
                await outbox.RetryAsync(
                    mail, Attempts.MailDelayAfter(mail.Attempts, mail.Kind.IsAwaited()), exception.Message, stoppingToken);
            }
        }
    }

    private async Task GiveUpAsync(MailOutbox outbox, OutgoingMail mail, string reason, CancellationToken cancellationToken)
    {
        await outbox.GiveUpAsync(mail, reason, cancellationToken);
        meter.Ended(mail.Kind, "failed");
        LogGivenUp(logger, mail.Kind, mail.MailId, reason);
    }

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} ({Kind}) was not sent and is tried again: {Reason}")]
    private static partial void LogRetried(ILogger logger, MailKind kind, Guid mailId, string reason);

    [LoggerMessage(LogLevel.Error, "Mail {MailId} ({Kind}) was given up: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, MailKind kind, Guid mailId, string reason);
}
