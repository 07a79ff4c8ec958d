using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of an operator's act on a ticket.</summary>
internal enum TicketAct
{
    /// <summary>It is done, now or by an attempt before.</summary>
    Done,

    /// <summary>There is no such ticket.</summary>
    NotFound,

    /// <summary>The ticket has <see cref="Ticket.MaxMessages"/> messages.</summary>
    Full,

    /// <summary>The actor is not an operator any more.</summary>
    NotAllowed,
}

/// <summary>What operators do with tickets: in one transaction with its mail and its entry in the audit log.</summary>
internal sealed class TicketAnswers(
    AccountsDbContext database, MailOutbox outbox, Alerts alerts, OperatorActs acts, AuditLog audit, TimeProvider time)
{
    /// <summary>Sends an answer to the writer.</summary>
    public Task<TicketAct> AnswerAsync(AuditedAct act, Guid ticketId, string text, CancellationToken cancellationToken) =>
        RunAsync(act, ticketId, async ticket =>
        {
            if (await database.TicketMessages.CountAsync(row => row.TicketId == ticketId, cancellationToken) >= Ticket.MaxMessages)
            {
                return false;
            }
            ticket.State = TicketState.Answered;
            database.TicketMessages.Add(new TicketMessage
            {
                MessageId = act.ActId,
                TicketId = ticketId,
                OperatorId = act.ActorId,
                Text = text,
                CreatedAt = ticket.UpdatedAt,
            });
            await database.SaveChangesAsync(cancellationToken);
            var details = new TicketDetails(TicketNews.Answered, ticketId, ticket.Subject, text, ticket.UpdatedAt);
            await outbox.AddAsync(
                [new NewMail(MailKind.Ticket, ticket.Email, ticket.UserId) { Details = MailDetails.Write(details) }], cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Closes a ticket. No mail is sent.</summary>
    public Task<TicketAct> CloseAsync(AuditedAct act, Guid ticketId, CancellationToken cancellationToken) =>
        RunAsync(act, ticketId, ticket =>
        {
            ticket.State = TicketState.Closed;
            return Task.FromResult(true);
        }, cancellationToken);

    private async Task<TicketAct> RunAsync(
        AuditedAct act, Guid ticketId, Func<Ticket, Task<bool>> change, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await acts.LockRoleAsync(act.ActorId, cancellationToken) < Role.Support)
        {
            return TicketAct.NotAllowed;
        }
        if (await database.LockTicketAsync(ticketId, cancellationToken) is not { } ticket)
        {
            return TicketAct.NotFound;
        }
        if (await acts.HasEndedAsync(act.ActId, cancellationToken))
        {
            return TicketAct.Done;
        }
        var before = ticket.State;
        ticket.UpdatedAt = time.GetUtcNow();
        if (!await change(ticket))
        {
            return TicketAct.Full;
        }
        await database.SaveChangesAsync(cancellationToken);
        await alerts.EndAsync(AlertKinds.Ticket, ticketId.ToString(), cancellationToken);
        var recorded = act with
        {
            Target = ticketId.ToString(),
            SubjectId = ticket.UserId,
            Before = new { status = before.ToText() },
            After = new { status = ticket.State.ToText() },
        };
        await audit.AddAsync(recorded, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TicketAct.Done;
    }
}
