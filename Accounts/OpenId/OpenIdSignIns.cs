using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of a sign-in at an issuer.</summary>
internal abstract record OpenIdResult
{
    /// <summary>It is unknown, was finished, is too old, or another browser began it.</summary>
    internal sealed record Expired : OpenIdResult;

    /// <summary>The issuer's answer was rejected.</summary>
    internal sealed record Rejected(OpenIdRejection Rejection) : OpenIdResult;

    /// <summary>The user whom the browser is signed in to, and where it goes next.</summary>
    internal sealed record SignedIn(SignedInUser User, string ReturnTo) : OpenIdResult;
}

/// <summary>Signs in people whom an issuer has identified: by the code flow in a browser, or by an ID token that a program has.</summary>
internal sealed class OpenIdSignIns(
    AccountsDbContext database, AccountSignIns signIns, OpenIdProviders providers, OpenIdCodeFlow flow, OpenIdSecrets secrets,
    TimeProvider time)
{
    /// <summary>How old an ID token, and the sign-in at the issuer that it tells of, may be.</summary>
    public static readonly TimeSpan MaxTokenAge = TimeSpan.FromMinutes(10);

    /// <summary>Begins a sign-in.</summary>
    /// <returns>Where the browser goes.</returns>
    /// <exception cref="OpenIdUnavailableException">The issuer does not answer.</exception>
    public async Task<string> BeginAsync(
        OpenIdProvider provider, Guid caller, string returnTo, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var url = await flow.AuthorizationUrlAsync(provider, id, cancellationToken);
        database.OpenIdSignIns.Add(new OpenIdSignIn
        {
            SignInId = id,
            Provider = provider.Id,
            RequestedBy = caller,
            ReturnTo = returnTo,
            ExpiresAt = now + OpenIdSignIn.Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        return url;
    }

    /// <summary>Ends a sign-in, which the browser brings back: it can be finished once.</summary>
    /// <returns>Where the page leads; null when it is unknown, too old, or another browser began it.</returns>
    public async Task<OpenIdSignIn?> EndAsync(
        OpenIdProvider provider, Guid? caller, string state, CancellationToken cancellationToken)
    {
        if (caller is null || secrets.IdOf(state) is not { } id)
        {
            return null;
        }
        var ended = await database.OpenIdSignIns.FromSql(
            $"""
            delete from openid_sign_ins where sign_in_id = {id} and provider = {provider.Id} and requested_by = {caller}
                and expires_at > {time.GetUtcNow()}
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return ended.SingleOrDefault();
    }

    /// <summary>Signs in the browser that has come back with a code.</summary>
    /// <exception cref="OpenIdUnavailableException">The issuer does not answer: the user begins again.</exception>
    public async Task<OpenIdResult> FinishAsync(
        OpenIdProvider provider, Guid? caller, string state, string code, string? clientAddress, CancellationToken cancellationToken)
    {
        if (await EndAsync(provider, caller, state, cancellationToken) is not { } signIn)
        {
            return new OpenIdResult.Expired();
        }
        var (identity, rejection) = await flow.RedeemAsync(provider, signIn.SignInId, code, cancellationToken);
        return identity is null
            ? new OpenIdResult.Rejected(rejection)
            : await SignInAsync(
                identity, caller, "An OpenID issuer has identified the user.", signIn.ReturnTo, clientAddress, cancellationToken);
    }

    /// <summary>Signs in who has a fresh ID token.</summary>
    /// <exception cref="OpenIdUnavailableException">The issuer's keys cannot be read.</exception>
    public async Task<OpenIdResult> ByTokenAsync(string text, Guid? caller, string? clientAddress, CancellationToken cancellationToken)
    {
        if (OpenIdTokens.IssuerOf(text) is not { } issuer || providers.ForTokensOf(issuer) is not { } provider
            || await OpenIdTokens.ValidateAsync(provider, text, provider.Options.Audiences, cancellationToken) is not { } token
            || !IsFresh(token))
        {
            return new OpenIdResult.Rejected(OpenIdRejection.InvalidToken);
        }
        var (identity, rejection) = OpenIdIdentity.From(provider, token);
        return identity is null
            ? new OpenIdResult.Rejected(rejection)
            : await SignInAsync(identity, caller, "An ID token was presented.", "/", clientAddress, cancellationToken);
    }

    private bool IsFresh(JsonWebToken token) =>
        OpenIdIdentity.TimeOf(token, JwtRegisteredClaimNames.Iat) is { } issuedAt && IsRecent(issuedAt)
        && (OpenIdIdentity.TimeOf(token, JwtRegisteredClaimNames.AuthTime) is not { } signedInAt || IsRecent(signedInAt));

    private bool IsRecent(DateTimeOffset at) =>
        time.GetUtcNow() - at is var age && age <= MaxTokenAge + OpenIdTokens.ClockSkew && age >= -OpenIdTokens.ClockSkew;

    private async Task<OpenIdResult> SignInAsync(
        OpenIdIdentity identity, Guid? caller, string reason, string returnTo, string? clientAddress, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var expiresAt = identity.TokenExpiresAt + OpenIdTokens.ClockSkew;
        if (await database.Database.ExecuteSqlAsync(
            $"insert into used_id_tokens (token_hash, expires_at) values ({identity.TokenHash}, {expiresAt}) on conflict do nothing",
            cancellationToken) == 0)
        {
            return new OpenIdResult.Rejected(OpenIdRejection.TokenUsed);
        }
        var signIn = await signIns.ByIdentityAsync(identity, caller, time.GetUtcNow(), cancellationToken);
        var user = await signIns.CompleteAsync(signIn, reason, identity.Provider.Id, clientAddress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new OpenIdResult.SignedIn(user, returnTo);
    }
}
