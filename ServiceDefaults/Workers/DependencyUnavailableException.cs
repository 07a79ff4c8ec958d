namespace ReelBallers.ServiceDefaults;

/// <summary>Something that the service depends on is out of reach: the same call may succeed later.</summary>
public abstract class DependencyUnavailableException(string message, Exception? inner) : Exception(message, inner);
