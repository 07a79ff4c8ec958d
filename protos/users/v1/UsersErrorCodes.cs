namespace ReelBallers.Users.V1;

/// <summary>The error codes of the services of users.proto, which says when each is given: in the trailer <c>error-code</c>.</summary>
public static class UsersErrorCodes
{
    /// <summary>A field is missing or malformed.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The users are joined in another way.</summary>
    public const string AlreadyJoined = "already_joined";
}
