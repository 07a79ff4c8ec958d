namespace ReelBallers.Gateway;

/// <summary>The content of a verified token; a feature of authenticated requests.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Id">The same for all tokens of one session; a logout revokes it.</param>
/// <param name="IssuedAt">When this token was issued; later than the session for renewed tokens.</param>
/// <param name="HasCurrentKey">Whether it was signed with the current key; false for the previous key.</param>
internal sealed record Session(Guid UserId, Guid Id, DateTimeOffset IssuedAt, bool HasCurrentKey);
