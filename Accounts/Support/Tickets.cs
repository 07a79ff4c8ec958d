using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>A ticket to be opened.</summary>
/// <param name="TicketId">The same for each attempt of a request.</param>
/// <param name="UserId">Who writes it.</param>
/// <param name="Email">Where answers go; normalized.</param>
/// <param name="ClientAddress">
/// Where it comes from, when the writer has named the address; null for the account's address, and for this machine.
/// </param>
/// <param name="Subject">As <see cref="SupportText.Subject"/> gives it.</param>
/// <param name="Text">As <see cref="SupportText.Message"/> gives it.</param>
internal sealed record NewTicket(Guid TicketId, Guid UserId, string Email, string? ClientAddress, string Subject, string Text);

/// <summary>What became of a message of a user.</summary>
internal enum TicketReply
{
    /// <summary>It is in the ticket, which is open.</summary>
    Added,

    /// <summary>The user has no such ticket.</summary>
    NotFound,

    /// <summary>The ticket has <see cref="Ticket.MaxMessages"/> messages.</summary>
    Full,
}

/// <summary>The tickets of users. Each is written together with the mail and the alert about it.</summary>
internal sealed class Tickets(AccountsDbContext database, MailOutbox outbox, Alerts alerts, LinkLimits limits, TimeProvider time)
{
    /// <summary>
    /// How many tickets a user opens, and how many an address gets mails about, in <see cref="Window"/>: anyone can name another's address.
    /// A client's address has the limit of <see cref="LinkLimits"/> besides, since each request without a session is another user's.
    /// </summary>
    public const int MaxInWindow = 5;

    /// <summary>In which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    private const int MaxListed = 100;

    /// <summary>Opens a ticket, with a mail to its writer and an alert for the operators.</summary>
    /// <returns>The ticket; or, when a limit is reached, the time until the next one is possible.</returns>
    public async Task<(Ticket? Ticket, TimeSpan Pause)> OpenAsync(NewTicket wanted, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Two tickets at once would both be the last one that is allowed.
        await limits.LockAsync(wanted.Email, wanted.ClientAddress, cancellationToken);
        await database.LockTextAsync("user", wanted.UserId.ToString(), cancellationToken);
        if (await FindAsync(wanted.UserId, wanted.TicketId, cancellationToken) is { } opened)
        {
            return (opened, TimeSpan.Zero);
        }
        // As it reads back.
        var now = time.GetUtcNow().TruncateToMicroseconds();
        if (await PauseAsync(wanted, now, cancellationToken) is { } pause)
        {
            return (null, pause);
        }
        var ticket = new Ticket
        {
            TicketId = wanted.TicketId,
            UserId = wanted.UserId,
            Email = wanted.Email,
            ClientAddress = wanted.ClientAddress,
            Subject = wanted.Subject,
            CreatedAt = now,
            UpdatedAt = now,
            Messages = [new TicketMessage { MessageId = Guid.CreateVersion7(now), Text = wanted.Text, CreatedAt = now }],
        };
        database.Tickets.Add(ticket);
        await database.SaveChangesAsync(cancellationToken);
        await outbox.AddAsync(
            [
                new NewMail(MailKind.Ticket, ticket.Email, ticket.UserId)
                {
                    Details = MailDetails.Write(new TicketDetails(TicketNews.Received, ticket.TicketId, null, null, now)),
                },
            ],
            cancellationToken);
        await alerts.OpenAsync(AlertOf(ticket, now), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (ticket, TimeSpan.Zero);
    }

    /// <summary>The newest tickets of the user, and of users who have joined, without their messages.</summary>
    public Task<List<Ticket>> ListAsync(Guid userId, CancellationToken cancellationToken) =>
        Of(userId).AsNoTracking().OrderByDescending(ticket => ticket.Number).Take(MaxListed).ToListAsync(cancellationToken);

    /// <summary>The user's ticket with its messages; null when there is none.</summary>
    public Task<Ticket?> FindAsync(Guid userId, Guid ticketId, CancellationToken cancellationToken) =>
        Of(userId).AsNoTracking().WithMessages().SingleOrDefaultAsync(ticket => ticket.TicketId == ticketId, cancellationToken);

    /// <summary>Adds a message of the user, and tells the operators unless the ticket was open already.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="messageId">The same for each attempt of a request.</param>
    /// <param name="text">As <see cref="SupportText.Message"/> gives it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<TicketReply> ReplyAsync(
        Guid userId, Guid ticketId, Guid messageId, string text, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await database.LockTicketAsync(ticketId, cancellationToken) is not { } ticket
            || !await Of(userId).AnyAsync(row => row.TicketId == ticketId, cancellationToken))
        {
            return TicketReply.NotFound;
        }
        if (await database.TicketMessages.AnyAsync(message => message.MessageId == messageId, cancellationToken))
        {
            return TicketReply.Added;
        }
        if (await database.TicketMessages.CountAsync(message => message.TicketId == ticketId, cancellationToken) >= Ticket.MaxMessages)
        {
            return TicketReply.Full;
        }
        var now = time.GetUtcNow();
        (ticket.State, ticket.UpdatedAt) = (TicketState.Open, now);
        database.TicketMessages.Add(
            new TicketMessage { MessageId = messageId, TicketId = ticketId, Text = text, CreatedAt = now });
        await database.SaveChangesAsync(cancellationToken);
        await alerts.OpenAsync(AlertOf(ticket, now), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TicketReply.Added;
    }

    private IQueryable<Ticket> Of(Guid userId) => database.Tickets.Where(ticket => ticket.UserId == userId
        || database.WalletJoins.Any(join => join.FromUserId == ticket.UserId && join.IntoUserId == userId));

    // Nothing of what was written: the alert is posted elsewhere too, and stays when the account is deleted. It is open as long as the
    // ticket is.
    private static NewAlert AlertOf(Ticket ticket, DateTimeOffset now) =>
        new(AlertKinds.Ticket, ticket.TicketId.ToString(), $"Ticket {ticket.TicketId} waits for an answer", now);

    private async Task<TimeSpan?> PauseAsync(NewTicket wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byEmail = await SlidingWindow.PauseAsync(
            database.Tickets.Where(ticket => ticket.Email == wanted.Email).Select(ticket => ticket.CreatedAt), MaxInWindow, Window, now,
            cancellationToken);
        var byUser = await SlidingWindow.PauseAsync(
            database.Tickets.Where(ticket => ticket.UserId == wanted.UserId).Select(ticket => ticket.CreatedAt), MaxInWindow, Window, now,
            cancellationToken);
        var byClient = await limits.PauseOfClientAsync(wanted.ClientAddress, now, cancellationToken);
        return SlidingWindow.Longer(SlidingWindow.Longer(byEmail, byUser), byClient);
    }
}

internal static class TicketQueries
{
    /// <summary>With the messages, oldest first.</summary>
    public static IQueryable<Ticket> WithMessages(this IQueryable<Ticket> tickets) =>
        tickets.Include(ticket => ticket.Messages.OrderBy(message => message.Number));

    /// <summary>The ticket, locked until the end of the transaction; null when there is none.</summary>
    public static async Task<Ticket?> LockTicketAsync(
        this AccountsDbContext database, Guid ticketId, CancellationToken cancellationToken) =>
        (await database.Tickets.FromSql($"select * from tickets where ticket_id = {ticketId} for update").ToListAsync(cancellationToken))
            .SingleOrDefault();
}
