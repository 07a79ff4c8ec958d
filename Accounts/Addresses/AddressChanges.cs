using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>A request for another address.</summary>
/// <param name="UserId">Who asks.</param>
/// <param name="NewEmail">Normalized.</param>
/// <param name="ClientAddress">Where it comes from; null for this machine.</param>
internal sealed record AddressChangeRequest(Guid UserId, string NewEmail, string? ClientAddress);

/// <summary>What became of a request for another address.</summary>
internal abstract record AddressRequestOutcome
{
    /// <summary>The mails are on their way.</summary>
    internal sealed record Sent(DateTimeOffset ExpiresAt) : AddressRequestOutcome;

    /// <summary>The caller has no account.</summary>
    internal sealed record NoAccount : AddressRequestOutcome;

    /// <summary>It is the address that the account has.</summary>
    internal sealed record Unchanged : AddressRequestOutcome;

    /// <summary>A limit is reached; the next request is possible after this time.</summary>
    internal sealed record Limited(TimeSpan Pause) : AddressRequestOutcome;
}

/// <summary>
/// Takes and withdraws requests for another address. Nothing here looks at who has the new one: the answer and the time it takes are the
/// same for a known and an unknown address.
/// </summary>
internal sealed class AddressChanges(
    AccountsDbContext database, AccountReader accounts, MailOutbox outbox, LinkTokens tokens, LinkLimits limits, AuditLog audit,
    TimeProvider time)
{
    /// <summary>Stores a change in place of one that is pending, with the mails to both addresses, in one transaction.</summary>
    public async Task<AddressRequestOutcome> RequestAsync(AddressChangeRequest request, CancellationToken cancellationToken)
    {
        var userId = request.UserId;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await limits.LockAsync(request.NewEmail, request.ClientAddress, cancellationToken);
        await database.LockTextAsync("user", userId.ToString(), cancellationToken);
        var email = await accounts.FindEmailAsync(userId, cancellationToken);
        if (email is null)
        {
            return new AddressRequestOutcome.NoAccount();
        }
        if (email == request.NewEmail)
        {
            return new AddressRequestOutcome.Unchanged();
        }
        var now = time.GetUtcNow();
        var pause = SlidingWindow.Longer(
            await limits.PauseAsync(request.NewEmail, request.ClientAddress, now, cancellationToken),
            await limits.PauseOfAccountAsync(userId, now, cancellationToken));
        if (pause is { } wait)
        {
            return new AddressRequestOutcome.Limited(wait);
        }
        await EndPendingAsync(userId, AddressChangeState.Replaced, cancellationToken);
        var change = New(request, email, now);
        database.AddressChanges.Add(change);
        await outbox.AddAsync(
            [
                MailOf(change, AddressNews.ConfirmOld, email, change.OldLinkId, EmailAddress.Mask(request.NewEmail)),
                // Not the address that the account has: anyone can name another's.
                MailOf(change, AddressNews.ConfirmNew, request.NewEmail, change.NewLinkId, newEmail: null),
            ],
            cancellationToken);
        var act = new AuditedAct(AuditActions.AddressChangeRequested, userId, userId, "The user wants another address.")
        {
            ClientAddress = request.ClientAddress,
            Target = change.ChangeId.ToString(),
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new AddressRequestOutcome.Sent(change.ExpiresAt);
    }

    /// <summary>Withdraws the change that is pending, if there is one. Safe to repeat.</summary>
    public async Task WithdrawAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // As a confirmation does: it is either before this or finds it withdrawn.
        await database.LockTextAsync("user", userId.ToString(), cancellationToken);
        await EndPendingAsync(userId, AddressChangeState.Withdrawn, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The address that the user has asked for and not confirmed; null without one.</summary>
    public Task<string?> FindPendingAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.AddressChanges
            .Where(row => row.UserId == userId && row.State == AddressChangeState.Pending && row.ExpiresAt > now)
            .Select(row => row.NewEmail).SingleOrDefaultAsync(cancellationToken);
    }

    private Task<int> EndPendingAsync(Guid userId, AddressChangeState state, CancellationToken cancellationToken) =>
        database.AddressChanges.Where(row => row.UserId == userId && row.State == AddressChangeState.Pending)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.State, state), cancellationToken);

    private AddressChange New(AddressChangeRequest request, string email, DateTimeOffset now)
    {
        var (oldLink, newLink) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        return new AddressChange
        {
            ChangeId = Guid.CreateVersion7(now),
            UserId = request.UserId,
            OldEmail = email,
            NewEmail = request.NewEmail,
            OldLinkId = oldLink,
            NewLinkId = newLink,
            OldTokenHash = LinkTokens.Hash(tokens.Create(LinkPurpose.AddressChange, oldLink)),
            NewTokenHash = LinkTokens.Hash(tokens.Create(LinkPurpose.AddressChange, newLink)),
            ClientAddress = request.ClientAddress,
            CreatedAt = now,
            ExpiresAt = now + AddressChange.Lifetime,
        };
    }

    private static NewMail MailOf(AddressChange change, AddressNews news, string recipient, Guid linkId, string? newEmail) =>
        new(MailKind.AddressChange, recipient, change.UserId)
        {
            Details = MailDetails.Write(new AddressDetails(news, linkId, newEmail, change.ExpiresAt)),
        };
}
