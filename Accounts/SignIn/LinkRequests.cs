namespace ReelBallers.Accounts;

/// <summary>A request for a link.</summary>
/// <param name="Email">Normalized.</param>
/// <param name="UserId">Of the browser that asks.</param>
/// <param name="ClientAddress">Where it comes from; null for this machine.</param>
/// <param name="ReturnTo">Accepted by <see cref="ReturnTargets"/>.</param>
internal sealed record LinkRequest(string Email, Guid UserId, string? ClientAddress, string ReturnTo);

/// <summary>
/// Takes requests for links. Nothing here looks at accounts: the answer and the time it takes are the same for a known and an unknown
/// address.
/// </summary>
internal sealed class LinkRequests(
    AccountsDbContext database, MailOutbox outbox, LinkTokens tokens, LinkLimits limits, TimeProvider time)
{
    /// <summary>Stores a link and the mail with it, in one transaction.</summary>
    /// <returns>Null; when a limit is reached, the time until the next link is possible.</returns>
    public async Task<TimeSpan?> AddAsync(LinkRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await limits.LockAsync(request.Email, request.ClientAddress, cancellationToken);
        var now = time.GetUtcNow();
        if (await limits.PauseAsync(request.Email, request.ClientAddress, now, cancellationToken) is { } pause)
        {
            return pause;
        }
        var id = Guid.CreateVersion7(now);
        database.SignInLinks.Add(new SignInLink
        {
            LinkId = id,
            Email = request.Email,
            TokenHash = LinkTokens.Hash(tokens.Create(LinkPurpose.SignIn, id)),
            RequestedBy = request.UserId,
            ClientAddress = request.ClientAddress,
            ReturnTo = request.ReturnTo,
            CreatedAt = now,
            ExpiresAt = now + SignInLink.Lifetime,
        });
        await outbox.AddAsync([new NewMail(MailKind.SignIn, request.Email, id)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }
}
