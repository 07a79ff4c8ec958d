namespace ReelBallers.Gateway;

/// <summary>What a verified token says. Stands among the features of a request whose caller is known.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Id">The same for all tokens of one session: what a logout revokes.</param>
/// <param name="IssuedAt">When this token was issued; a renewed one is younger than its session.</param>
/// <param name="HasCurrentKey">False when it was signed by the previous key, which will be taken away.</param>
internal sealed record Session(Guid UserId, Guid Id, DateTimeOffset IssuedAt, bool HasCurrentKey);
