namespace ReelBallers.ServiceDefaults;

/// <summary>An entry of what a service has of a user.</summary>
/// <param name="List">The list that it is in, in <c>snake_case</c>.</param>
/// <param name="Entry">An object, written as in the service's REST responses.</param>
public readonly record struct UserDataEntry(string List, object Entry);

/// <summary>What a service has of a user, for the user's own eyes.</summary>
public interface IUserDataSource
{
    /// <summary>
    /// All entries about a user and the users who belong to this one, one list after another. What fails is thrown, so that the caller
    /// never takes a part for the whole.
    /// </summary>
    IAsyncEnumerable<UserDataEntry> ReadAsync(Guid userId, CancellationToken cancellationToken);
}
