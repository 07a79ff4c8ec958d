namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/account/address</c>.</summary>
/// <param name="Email">The address that the account is to have.</param>
internal sealed record AddressChangeBody(string? Email = null);

/// <summary>Response of <c>POST /api/account/address</c>, the same for every address.</summary>
/// <param name="ExpiresAt">When the links that were sent end.</param>
internal sealed record AddressChangeSentResponse(DateTimeOffset ExpiresAt);

/// <summary>Body of <c>POST /api/account/address/confirm</c>.</summary>
/// <param name="Token">Of the link.</param>
internal sealed record AddressConfirmationBody(string? Token = null);

/// <summary>Response of <c>POST /api/account/address/confirm</c>.</summary>
/// <param name="Changed">Whether both addresses have confirmed the change.</param>
/// <param name="Email">The address that the account has now.</param>
internal sealed record AddressConfirmedResponse(bool Changed, string Email);
