using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>A mail to be sent.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Recipient">A normalized address.</param>
/// <param name="AboutId">As <see cref="OutgoingMail.AboutId"/>.</param>
internal sealed record NewMail(MailKind Kind, string Recipient, Guid AboutId)
{
    /// <summary>As <see cref="OutgoingMail.Details"/>.</summary>
    public string? Details { get; init; }
}

/// <summary>The outbox: mails are added with what they report, and taken by any replica under a lease.</summary>
internal sealed class MailOutbox(AccountsDbContext database, TimeProvider time)
{
    /// <summary>After which another replica may take a mail whose sender has died. Longer than an attempt.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly string AwaitedFirst = $"kind not in ({(short)MailKind.SignIn}, {(short)MailKind.AddressChange}), due_at";

    /// <summary>Adds mails to the caller's transaction.</summary>
    public async Task AddAsync(IReadOnlyCollection<NewMail> mails, CancellationToken cancellationToken)
    {
        if (mails.Count == 0)
        {
            return;
        }
        var now = time.GetUtcNow();
        database.Mails.AddRange(mails.Select(mail => new OutgoingMail
        {
            MailId = Guid.CreateVersion7(now),
            Kind = mail.Kind,
            Recipient = mail.Recipient,
            AboutId = mail.AboutId,
            Details = mail.Details,
            CreatedAt = now,
            DueAt = now,
        }));
        await database.SaveChangesAsync(cancellationToken);
        await database.NotifyAsync(WorkListener.Mail, cancellationToken);
    }

    /// <summary>Leases mails that are due, each as an attempt. Someone waits for a link: it does not queue behind the others.</summary>
    public Task<IReadOnlyList<OutgoingMail>> LeaseAsync(int limit, CancellationToken cancellationToken) => database.Mails.LeaseAsync(
        "sent_at is null and failed_at is null", time.GetUtcNow(), Lease, limit, cancellationToken, order: AwaitedFirst);

    /// <summary>The mail was sent.</summary>
    public Task SentAsync(OutgoingMail mail, CancellationToken cancellationToken) => EndAsync(
        mail, rows => rows.ExecuteUpdateAsync(
            row => row.SetProperty(it => it.SentAt, time.GetUtcNow()).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(it => it.LastError, (string?)null),
            cancellationToken));

    /// <summary>The attempt has failed; the next one is made after this delay.</summary>
    public Task RetryAsync(OutgoingMail mail, TimeSpan delay, string reason, CancellationToken cancellationToken) => EndAsync(
        mail, rows => rows.ExecuteUpdateAsync(
            row => row.SetProperty(it => it.DueAt, time.GetUtcNow() + delay).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(it => it.LastError, reason),
            cancellationToken));

    /// <summary>The attempt did not take place; it is made after this delay and not counted.</summary>
    public Task PostponeAsync(OutgoingMail mail, TimeSpan delay, CancellationToken cancellationToken) => EndAsync(
        mail, rows => rows.ExecuteUpdateAsync(
            row => row.SetProperty(it => it.DueAt, time.GetUtcNow() + delay).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(it => it.Attempts, mail.Attempts - 1),
            cancellationToken));

    /// <summary>No further attempt is made: a dead letter.</summary>
    public Task GiveUpAsync(OutgoingMail mail, string reason, CancellationToken cancellationToken) => EndAsync(
        mail, rows => rows.ExecuteUpdateAsync(
            row => row.SetProperty(it => it.FailedAt, time.GetUtcNow()).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(it => it.LastError, reason),
            cancellationToken));

    /// <summary>A dead letter is due again, with all its attempts.</summary>
    /// <exception cref="RpcRejection">There is no such dead letter.</exception>
    public async Task ReplayAsync(Guid mailId, CancellationToken cancellationToken)
    {
        var reopened = await database.Mails.Where(row => row.MailId == mailId && row.FailedAt != null).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.FailedAt, (DateTimeOffset?)null).SetProperty(it => it.Attempts, 0)
                .SetProperty(it => it.DueAt, time.GetUtcNow()),
            cancellationToken);
        if (reopened == 0)
        {
            throw RpcErrors.Reject(StatusCode.NotFound, "mail_not_dead", "No mail with this id was given up.");
        }
        await database.NotifyAsync(WorkListener.Mail, cancellationToken);
    }

    // Only the attempt that still has the lease may end it.
    private Task<int> EndAsync(OutgoingMail mail, Func<IQueryable<OutgoingMail>, Task<int>> update) =>
        update(database.Mails.Where(row =>
            row.MailId == mail.MailId && row.Attempts == mail.Attempts && row.SentAt == null && row.FailedAt == null));
}
