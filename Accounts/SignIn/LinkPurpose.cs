namespace ReelBallers.Accounts;

/// <summary>What the link in a mail does. The token of one is none of another.</summary>
internal enum LinkPurpose
{
    /// <summary>It signs in.</summary>
    SignIn,

    /// <summary>It confirms a change of the account's address, at one of the two addresses.</summary>
    AddressChange,
}
