using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>What became of a request for a passkey.</summary>
internal abstract record PasskeyOutcome
{
    /// <summary>What the browser is asked for.</summary>
    internal sealed record Asked(DateTimeOffset ExpiresAt, CreationOptions Options) : PasskeyOutcome;

    /// <summary>The account has the passkey.</summary>
    internal sealed record Added(Passkey Passkey) : PasskeyOutcome;

    /// <summary>The caller has no account.</summary>
    internal sealed record NoAccount : PasskeyOutcome;

    /// <summary>The account has as many as it may have.</summary>
    internal sealed record TooMany : PasskeyOutcome;

    /// <summary>The challenge is unknown, was used, is too old, or another user's.</summary>
    internal sealed record Expired : PasskeyOutcome;

    /// <summary>The answer is not valid.</summary>
    internal sealed record Invalid : PasskeyOutcome;

    /// <summary>An account has the passkey already.</summary>
    internal sealed record Known : PasskeyOutcome;
}

/// <summary>The passkeys of accounts. What is added or removed is in the audit log, and the owner gets a mail.</summary>
internal sealed class Passkeys(
    AccountsDbContext database, AccountReader accounts, AccountLocks locks, PasskeyChallenges challenges, RelyingParty app,
    MailOutbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>The passkeys of a user, the oldest first.</summary>
    public Task<List<Passkey>> ListAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Passkeys.AsNoTracking().Where(row => row.UserId == userId).OrderBy(row => row.CreatedAt).ThenBy(row => row.PasskeyId)
            .ToListAsync(cancellationToken);

    /// <summary>Begins to add one.</summary>
    public async Task<PasskeyOutcome> AskAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (await accounts.FindEmailAsync(userId, cancellationToken) is not { } email)
        {
            return new PasskeyOutcome.NoAccount();
        }
        var known = await database.Passkeys.Where(row => row.UserId == userId).Select(row => row.CredentialId)
            .ToListAsync(cancellationToken);
        if (known.Count >= Passkey.MaxPerAccount)
        {
            return new PasskeyOutcome.TooMany();
        }
        var challenge = await challenges.AddAsync(PasskeyPurpose.Registration, userId, cancellationToken);
        return new PasskeyOutcome.Asked(challenge.ExpiresAt, app.ToCreate(challenge, userId, email, known));
    }

    /// <summary>Adds one, if it answers a challenge that the user has asked for.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="attestation">What the browser presents.</param>
    /// <param name="name">What the user calls it.</param>
    /// <param name="clientAddress">Where the user is; null when that is not known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PasskeyOutcome> AddAsync(
        Guid userId, PasskeyAttestation attestation, string name, string? clientAddress, CancellationToken cancellationToken)
    {
        if (await accounts.FindEmailAsync(userId, cancellationToken) is null)
        {
            return new PasskeyOutcome.NoAccount();
        }
        if (ClientData.Read(attestation.ClientDataJson) is not { } clientData)
        {
            return new PasskeyOutcome.Invalid();
        }
        if (!await challenges.TakeAsync(clientData.Challenge, PasskeyPurpose.Registration, userId, cancellationToken))
        {
            return new PasskeyOutcome.Expired();
        }
        if (await app.VerifyAsync(attestation, clientData, userId, cancellationToken) is not { } credential)
        {
            return new PasskeyOutcome.Invalid();
        }
        var now = time.GetUtcNow();
        var passkey = new Passkey
        {
            PasskeyId = Guid.CreateVersion7(now),
            CredentialId = credential.Id,
            UserId = userId,
            Name = name,
            PublicKey = credential.PublicKey,
            SignCount = credential.SignCount,
            CreatedAt = now,
        };
        return await InsertAsync(passkey, clientAddress, cancellationToken);
    }

    /// <summary>Removes one: it does not sign in any more.</summary>
    /// <returns>False when the user has no such passkey.</returns>
    public async Task<bool> RemoveAsync(Guid userId, Guid passkeyId, string? clientAddress, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // As a sign-in does: either it is before this, or it finds nothing.
        if (await locks.LockAsync(userId, cancellationToken) is not { } account
            || await database.Passkeys.SingleOrDefaultAsync(
                row => row.PasskeyId == passkeyId && row.UserId == userId, cancellationToken) is not { } passkey)
        {
            return false;
        }
        database.Passkeys.Remove(passkey);
        await database.SaveChangesAsync(cancellationToken);
        await TellAsync(account, passkey, PasskeyNews.Removed, AuditActions.PasskeyRemoved, clientAddress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<PasskeyOutcome> InsertAsync(Passkey passkey, string? clientAddress, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Two requests would both be the last one that is allowed, and a deletion of the account would leave it behind.
        if (await locks.LockAsync(passkey.UserId, cancellationToken) is not { } account)
        {
            return new PasskeyOutcome.NoAccount();
        }
        if (await database.Passkeys.CountAsync(row => row.UserId == passkey.UserId, cancellationToken) >= Passkey.MaxPerAccount)
        {
            return new PasskeyOutcome.TooMany();
        }
        if (await database.Database.ExecuteSqlAsync(
            $"""
            insert into passkeys (passkey_id, credential_id, user_id, name, public_key, sign_count, created_at)
            values ({passkey.PasskeyId}, {passkey.CredentialId}, {passkey.UserId}, {passkey.Name}, {passkey.PublicKey},
                {passkey.SignCount}, {passkey.CreatedAt})
            on conflict (credential_id) do nothing
            """, cancellationToken) == 0)
        {
            return new PasskeyOutcome.Known();
        }
        // With the times as they are stored.
        var added = await database.Passkeys.AsNoTracking().SingleAsync(row => row.PasskeyId == passkey.PasskeyId, cancellationToken);
        await TellAsync(account, added, PasskeyNews.Added, AuditActions.PasskeyAdded, clientAddress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new PasskeyOutcome.Added(added);
    }

    private async Task TellAsync(
        Account account, Passkey passkey, PasskeyNews news, string action, string? clientAddress, CancellationToken cancellationToken)
    {
        var userId = account.UserId;
        var details = MailDetails.Write(new PasskeyDetails(news, passkey.Name, time.GetUtcNow()));
        await outbox.AddAsync([new NewMail(MailKind.Passkey, account.Email, userId) { Details = details }], cancellationToken);
        var act = new AuditedAct(action, userId, userId, "The user has changed how to sign in.")
        {
            ClientAddress = clientAddress,
            Target = passkey.PasskeyId.ToString(),
        };
        await audit.AddAsync(act, AuditState.Done, cancellationToken);
    }
}
