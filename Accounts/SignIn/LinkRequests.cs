using Microsoft.Extensions.Options;

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
    AccountsDbContext database, MailOutbox outbox, LinkTokens tokens, IOptions<SignInOptions> options, TimeProvider time)
{
    /// <summary>In which the links of an e-mail address are counted.</summary>
    public static readonly TimeSpan EmailWindow = TimeSpan.FromMinutes(15);

    /// <summary>In which the links of a client's address are counted.</summary>
    public static readonly TimeSpan ClientWindow = TimeSpan.FromHours(1);

    /// <summary>Stores a link and the mail with it, in one transaction.</summary>
    /// <returns>Null; when a limit is reached, the time until the next link is possible.</returns>
    public async Task<TimeSpan?> AddAsync(LinkRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Two requests at once would both be the last one that is allowed. The order of the locks is the same for all.
        await database.LockTextAsync("email", request.Email, cancellationToken);
        if (request.ClientAddress is { } client)
        {
            await database.LockTextAsync("client", client, cancellationToken);
        }
        var now = time.GetUtcNow();
        if (await PauseAsync(request, now, cancellationToken) is { } pause)
        {
            return pause;
        }
        var id = Guid.CreateVersion7(now);
        database.SignInLinks.Add(new SignInLink
        {
            LinkId = id,
            Email = request.Email,
            TokenHash = LinkTokens.Hash(tokens.Create(id)),
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

    private async Task<TimeSpan?> PauseAsync(LinkRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byEmail = await SlidingWindow.PauseAsync(
            database.SignInLinks.Where(link => link.Email == request.Email).Select(link => link.CreatedAt), options.Value.LinksPerEmail,
            EmailWindow, now, cancellationToken);
        var byClient = request.ClientAddress is null
            ? null
            : await SlidingWindow.PauseAsync(
                database.SignInLinks.Where(link => link.ClientAddress == request.ClientAddress).Select(link => link.CreatedAt),
                options.Value.LinksPerClient, ClientWindow, now, cancellationToken);
        return SlidingWindow.Longer(byEmail, byClient);
    }
}
