namespace ReelBallers.Accounts.V1;

/// <summary>The error codes of AccountsService, as in the trailer <c>error-code</c>; accounts.proto says when each is given.</summary>
public static class AccountsErrorCodes
{
    /// <summary>A field is missing, malformed or out of range.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The user has never signed in.</summary>
    public const string AccountNotFound = "account_not_found";
    /// <summary>The actor's role does not allow it.</summary>
    public const string PermissionDenied = "permission_denied";
    /// <summary>There would be no admin.</summary>
    public const string LastAdmin = "last_admin";
}
