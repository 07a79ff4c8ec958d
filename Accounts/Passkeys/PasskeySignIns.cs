using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of a sign-in by a passkey.</summary>
internal abstract record PasskeySignIn
{
    /// <summary>The challenge is unknown, was used, is too old, or another browser asked for it.</summary>
    internal sealed record Expired : PasskeySignIn;

    /// <summary>There is no such passkey, or its answer is not valid.</summary>
    internal sealed record Invalid : PasskeySignIn;

    /// <summary>The user whom the browser is signed in to.</summary>
    internal sealed record SignedIn(SignedInUser User) : PasskeySignIn;
}

/// <summary>Signs in browsers by passkeys.</summary>
internal sealed class PasskeySignIns(
    AccountsDbContext database, AccountLocks locks, PasskeyChallenges challenges, RelyingParty app, AccountSignIns signIns, AuditLog audit,
    TimeProvider time)
{
    /// <summary>Begins a sign-in. Nothing here looks at accounts.</summary>
    public async Task<(DateTimeOffset ExpiresAt, RequestOptions Options)> AskAsync(Guid caller, CancellationToken cancellationToken)
    {
        var challenge = await challenges.AddAsync(PasskeyPurpose.SignIn, caller, cancellationToken);
        return (challenge.ExpiresAt, app.ToSignIn(challenge));
    }

    /// <summary>Signs in the browser that has the signature of a passkey.</summary>
    /// <param name="assertion">What the browser presents.</param>
    /// <param name="caller">The user of the browser; null without a session.</param>
    /// <param name="clientAddress">Where it is; null when that is not known.</param>
    /// <param name="cancellationToken">Ends the wait; the sign-in may have been completed.</param>
    public async Task<PasskeySignIn> SignInAsync(
        PasskeyAssertion assertion, Guid? caller, string? clientAddress, CancellationToken cancellationToken)
    {
        if (ClientData.Read(assertion.ClientDataJson) is not { } clientData)
        {
            return new PasskeySignIn.Invalid();
        }
        if (caller is not { } user || !await challenges.TakeAsync(clientData.Challenge, PasskeyPurpose.SignIn, user, cancellationToken))
        {
            return new PasskeySignIn.Expired();
        }
        var known = await database.Passkeys.AsNoTracking()
            .SingleOrDefaultAsync(row => row.CredentialId == assertion.CredentialId, cancellationToken);
        // Before any lock, so that a caller without a passkey delays no other.
        if (known is null || await app.VerifyAsync(assertion, clientData, known, cancellationToken) is not { } signCount)
        {
            return new PasskeySignIn.Invalid();
        }
        return await EnterAsync(known, signCount, user, clientAddress, cancellationToken);
    }

    private async Task<PasskeySignIn> EnterAsync(
        Passkey known, long signCount, Guid caller, string? clientAddress, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await locks.LockAsync(known.UserId, cancellationToken) is not { } account)
        {
            return new PasskeySignIn.Invalid();
        }
        var passkey = await database.Passkeys.FromSql($"select * from passkeys where passkey_id = {known.PasskeyId} for update")
            .SingleOrDefaultAsync(cancellationToken);
        if (passkey is null)
        {
            return new PasskeySignIn.Invalid();
        }
        var now = time.GetUtcNow();
        if (!passkey.TryCount(signCount, now))
        {
            await RejectAsync(passkey, signCount, clientAddress, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new PasskeySignIn.Invalid();
        }
        var signIn = await signIns.ByAccountAsync(account, caller, now, cancellationToken);
        var user = await signIns.CompleteAsync(
            signIn, "A passkey has signed.", passkey.PasskeyId.ToString(), clientAddress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new PasskeySignIn.SignedIn(user);
    }

    // Without an actor: it may be somebody who has a copy of the key.
    private Task RejectAsync(Passkey passkey, long signCount, string? clientAddress, CancellationToken cancellationToken)
    {
        var act = new AuditedAct(AuditActions.PasskeyRejected, ActorId: null, passkey.UserId, "The counter of the passkey has not gone up.")
        {
            ClientAddress = clientAddress,
            Target = passkey.PasskeyId.ToString(),
            Before = new { sign_count = passkey.SignCount },
            After = new { sign_count = signCount },
        };
        return audit.AddAsync(act, AuditState.Rejected, cancellationToken);
    }
}
