namespace ReelBallers.Accounts;

/// <summary>Reads who a user is, for operators.</summary>
internal sealed class UserReader(AccountReader accounts, AccountDeletions deletions, WalletJoins joins)
{
    /// <summary>The user with this id: any UUID can be an anonymous user's.</summary>
    public async Task<UserResponse> ReadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var account = await accounts.FindAsync(userId, cancellationToken);
        return new UserResponse(
            userId, account?.Email, account.ToRoles(), account?.CreatedAt, await deletions.FindTimeAsync(userId, cancellationToken),
            (await joins.FindAsync(userId, cancellationToken))?.IntoUserId, await joins.JoinedIntoAsync(userId, cancellationToken));
    }
}
