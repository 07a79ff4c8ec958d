using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Reading and answering tickets.</summary>
internal static class TicketsApi
{
    public static void MapTickets(this RouteGroupBuilder operators)
    {
        operators.MapGet("/tickets", ListAsync).Produces<OperatorTicketsResponse>();
        operators.MapGet("/tickets/{ticketId}", GetAsync).Produces<OperatorTicketDetailsResponse>();
        operators.MapPost("/tickets/{ticketId}/answer", AnswerAsync).AsAct().Produces<ActResponse>();
        operators.MapPost("/tickets/{ticketId}/close", CloseAsync).AsAct().Produces<ActResponse>();
    }

    private static async Task<IResult> ListAsync(
        AccountsDbContext database, CancellationToken cancellationToken, string? status = null, string? limit = null, string? cursor = null)
    {
        var errors = new List<(string, string)>();
        var state = TicketStates.Parse(status);
        if (status is not null && state is null)
        {
            errors.Add(("status", "must be open, answered or closed"));
        }
        if (OperatorRequests.Page(limit, cursor, errors) is not { } page)
        {
            return Problems.Validation([.. errors]);
        }
        var rows = await database.Tickets.AsNoTracking()
            .Where(ticket => ticket.Number < page.Below && (state == null || ticket.State == state))
            .OrderByDescending(ticket => ticket.Number).Take(page.Limit + 1)
            .Select(ticket => new
            {
                Ticket = ticket,
                HasAccount = database.Accounts.Any(account => account.UserId == ticket.UserId && account.Email == ticket.Email),
            })
            .ToListAsync(cancellationToken);
        var shown = rows.Take(page.Limit).ToList();
        return TypedResults.Ok(new OperatorTicketsResponse(
            [.. shown.Select(row => row.Ticket.ToOperatorResponse(row.HasAccount))],
            rows.Count > page.Limit ? OperatorRequests.Cursor(shown[^1].Ticket.Number) : null));
    }

    private static async Task<IResult> GetAsync(string ticketId, AccountsDbContext database, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(ticketId, "D", out var id)
            || await database.Tickets.AsNoTracking().WithMessages()
                .SingleOrDefaultAsync(ticket => ticket.TicketId == id, cancellationToken) is not { } ticket)
        {
            return SupportApi.NotFound();
        }
        var hasAccount = await database.Accounts.AnyAsync(
            account => account.UserId == ticket.UserId && account.Email == ticket.Email, cancellationToken);
        return TypedResults.Ok(new OperatorTicketDetailsResponse(
            ticket.ToOperatorResponse(hasAccount), [.. ticket.Messages.Select(SupportMapping.ToOperatorResponse)]));
    }

    private static async Task<IResult> AnswerAsync(
        string ticketId, TicketAnswerBody body, Operator actor, HttpContext context, TicketAnswers answers,
        CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        var text = SupportText.Message(body.Message);
        if (text is null)
        {
            errors.Add(("message", SupportText.MessageProblem));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.TicketAnswered, subjectId: null, body);
        return Guid.TryParseExact(ticketId, "D", out var id)
            ? Respond(act, await answers.AnswerAsync(act, id, text!, cancellationToken))
            : SupportApi.NotFound();
    }

    private static async Task<IResult> CloseAsync(
        string ticketId, ActBody body, Operator actor, HttpContext context, TicketAnswers answers, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.TicketClosed, subjectId: null, body);
        return Guid.TryParseExact(ticketId, "D", out var id)
            ? Respond(act, await answers.CloseAsync(act, id, cancellationToken))
            : SupportApi.NotFound();
    }

    private static IResult Respond(AuditedAct act, TicketAct outcome) => outcome switch
    {
        TicketAct.Done => TypedResults.Ok(new ActResponse(act.ActId)),
        TicketAct.NotFound => SupportApi.NotFound(),
        TicketAct.Full => SupportApi.Full(),
        TicketAct.NotAllowed => OperatorExtensions.RoleProblem(Role.User, Role.Support)!,
    };
}
