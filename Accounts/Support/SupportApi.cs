using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The users' endpoints for support.</summary>
internal static class SupportApi
{
    public static void MapSupportApi(this WebApplication app)
    {
        app.MapPost("/api/support", OpenAsync).RequireCaller().WithIdempotency()
            .Produces<TicketDetailsResponse>(StatusCodes.Status201Created);
        app.MapGet("/api/support/tickets", ListAsync).RequireCaller().Produces<TicketsResponse>();
        app.MapGet("/api/support/tickets/{ticketId}", GetAsync).RequireCaller().Produces<TicketDetailsResponse>();
        app.MapPost("/api/support/tickets/{ticketId}/messages", ReplyAsync).RequireCaller().WithIdempotency()
            .Produces<TicketDetailsResponse>();
    }

    /// <summary>404 for a ticket that the caller does not have.</summary>
    public static IResult NotFound() => Problems.NotFound("ticket_not_found", "Ticket not found");

    /// <summary>409 for one that takes no more messages.</summary>
    public static IResult Full() => Problems.Of(StatusCodes.Status409Conflict, "ticket_full", "Ticket full",
        $"The ticket has {Ticket.MaxMessages} messages. Open another one.");

    private static async Task<IResult> OpenAsync(
        NewTicketBody body, Caller caller, HttpContext context, AccountReader accounts, Tickets tickets,
        CancellationToken cancellationToken)
    {
        var account = await accounts.FindAsync(caller.UserId, cancellationToken);
        var (subject, text) = (SupportText.Subject(body.Subject), SupportText.Message(body.Message));
        var email = account is null ? EmailAddress.Normalize(body.Email) : account.Email;
        var errors = new List<(string, string)>();
        Check(subject, "subject", SupportText.SubjectProblem);
        Check(text, "message", SupportText.MessageProblem);
        Check(email, "email", "must be an e-mail address in ASCII: answers are sent there");
        if (account is not null && body.Email is not null)
        {
            errors.Add(("email", "must be left out: answers are sent to the address of the account"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var (ticket, pause) = await tickets.OpenAsync(
            new NewTicket(
                context.OperationId(), caller.UserId, email!, account is null ? CallerAddress.Of(context) : null, subject!, text!),
            cancellationToken);
        if (ticket is null)
        {
            var seconds = Problems.RetryAfter(context.Response, pause);
            return Problems.Of(StatusCodes.Status429TooManyRequests, "ticket_limited", "Too many tickets",
                $"Add a message to an open ticket, or open another one in {seconds} s.");
        }
        return TypedResults.Created($"/api/support/tickets/{ticket.TicketId}", ticket.ToDetails());

        void Check(string? value, string field, string problem)
        {
            if (value is null)
            {
                errors.Add((field, problem));
            }
        }
    }

    private static async Task<IResult> ListAsync(Caller caller, Tickets tickets, CancellationToken cancellationToken) =>
        TypedResults.Ok(new TicketsResponse(
            [.. (await tickets.ListAsync(caller.UserId, cancellationToken)).Select(SupportMapping.ToResponse)]));

    private static async Task<IResult> GetAsync(string ticketId, Caller caller, Tickets tickets, CancellationToken cancellationToken) =>
        Guid.TryParseExact(ticketId, "D", out var id) && await tickets.FindAsync(caller.UserId, id, cancellationToken) is { } ticket
            ? TypedResults.Ok(ticket.ToDetails())
            : NotFound();

    private static async Task<IResult> ReplyAsync(
        string ticketId, TicketMessageBody body, Caller caller, HttpContext context, Tickets tickets,
        CancellationToken cancellationToken)
    {
        if (SupportText.Message(body.Message) is not { } text)
        {
            return Problems.Validation(("message", SupportText.MessageProblem));
        }
        if (!Guid.TryParseExact(ticketId, "D", out var id))
        {
            return NotFound();
        }
        return await tickets.ReplyAsync(caller.UserId, id, context.OperationId(), text, cancellationToken) switch
        {
            TicketReply.Added => await GetAsync(ticketId, caller, tickets, cancellationToken),
            TicketReply.NotFound => NotFound(),
            TicketReply.Full => Full(),
        };
    }
}
