namespace ReelBallers.ServiceDefaults;

/// <summary>How a service erases a user who has deleted the account.</summary>
public interface IDeletedUserHandler
{
    /// <summary>Erases the person who has this id, under all ids. Called again and again until it has nothing to wait for.</summary>
    /// <returns>What has to end before the rest can be erased, in <c>snake_case</c>; null when everything is erased.</returns>
    Task<string?> DeleteAsync(Guid userId, CancellationToken cancellationToken);
}
