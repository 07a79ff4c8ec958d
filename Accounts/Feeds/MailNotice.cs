namespace ReelBallers.Accounts;

/// <summary>Something that a user is to be told of by mail.</summary>
/// <param name="Kind">What the mail is about.</param>
/// <param name="UserId">Whom it concerns; perhaps a user who belongs to an account, or an anonymous one.</param>
/// <param name="At">When it happened.</param>
/// <param name="Details">What the mail says; stored as JSON.</param>
internal sealed record MailNotice(MailKind Kind, Guid UserId, DateTimeOffset At, object Details);
