namespace ReelBallers.Accounts;

/// <summary>A person at an issuer who signs in to an account, whatever the address is there by now.</summary>
internal sealed class AccountIdentity
{
    /// <summary>As in the tokens of the issuer. The same subject at another issuer is another person.</summary>
    public required string Issuer { get; init; }

    /// <summary>The person's id at the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>The account.</summary>
    public Guid UserId { get; init; }

    /// <summary>When it signed in for the first time, with the account's address.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
