namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/support</c>.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Message">The first message.</param>
/// <param name="Email">Where answers go; only of a user without an account.</param>
internal sealed record NewTicketBody(string? Subject = null, string? Message = null, string? Email = null);

/// <summary>Body of <c>POST /api/support/tickets/{ticket_id}/messages</c>.</summary>
internal sealed record TicketMessageBody(string? Message = null);

/// <summary>Body of <c>POST /api/admin/tickets/{ticket_id}/answer</c>.</summary>
/// <param name="Reason">Why; for the audit log.</param>
/// <param name="Message">For the writer.</param>
internal sealed record TicketAnswerBody(string? Reason = null, string? Message = null) : ActBody(Reason);

/// <summary>Response of <c>GET /api/support/tickets</c>.</summary>
internal sealed record TicketsResponse(IReadOnlyList<TicketResponse> Tickets);

/// <summary>A ticket in a list; <c>status</c> is <c>open</c>, <c>answered</c> or <c>closed</c>.</summary>
internal sealed record TicketResponse(
    Guid TicketId, string Subject, string Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A ticket with its messages, oldest first.</summary>
internal sealed record TicketDetailsResponse(
    Guid TicketId, string Subject, string Status, string Email, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    IReadOnlyList<TicketMessageResponse> Messages);

/// <summary>A message; <c>author</c> is <c>user</c> or <c>support</c>.</summary>
internal sealed record TicketMessageResponse(string Author, string Text, DateTimeOffset CreatedAt);

/// <summary>Response of <c>GET /api/admin/tickets</c>.</summary>
internal sealed record OperatorTicketsResponse(IReadOnlyList<OperatorTicketResponse> Tickets, string? NextCursor);

/// <summary>
/// A ticket in an operator's list; <c>has_account</c> says whether the address is that of the user's account, and so confirmed.
/// </summary>
internal sealed record OperatorTicketResponse(
    Guid TicketId, Guid Uid, string Email, bool HasAccount, string Subject, string Status, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>Response of <c>GET /api/admin/tickets/{ticket_id}</c>.</summary>
internal sealed record OperatorTicketDetailsResponse(OperatorTicketResponse Ticket, IReadOnlyList<OperatorTicketMessageResponse> Messages);

/// <summary>A message; <c>operator_id</c> is null for one of the user.</summary>
internal sealed record OperatorTicketMessageResponse(Guid? OperatorId, string Text, DateTimeOffset CreatedAt);

/// <summary>Maps tickets to responses.</summary>
internal static class SupportMapping
{
    public static TicketResponse ToResponse(this Ticket ticket) =>
        new(ticket.TicketId, ticket.Subject, ticket.State.ToText(), ticket.CreatedAt, ticket.UpdatedAt);

    public static TicketDetailsResponse ToDetails(this Ticket ticket) => new(
        ticket.TicketId, ticket.Subject, ticket.State.ToText(), ticket.Email, ticket.CreatedAt, ticket.UpdatedAt,
        [.. ticket.Messages.Select(message =>
            new TicketMessageResponse(message.OperatorId is null ? "user" : "support", message.Text, message.CreatedAt))]);

    public static OperatorTicketResponse ToOperatorResponse(this Ticket ticket, bool hasAccount) => new(
        ticket.TicketId, ticket.UserId, ticket.Email, hasAccount, ticket.Subject, ticket.State.ToText(), ticket.CreatedAt,
        ticket.UpdatedAt);

    public static OperatorTicketMessageResponse ToOperatorResponse(this TicketMessage message) =>
        new(message.OperatorId, message.Text, message.CreatedAt);
}
