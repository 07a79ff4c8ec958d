using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>R2 is out of reach, or does not let us in: the same call may succeed later. It has been logged.</summary>
internal sealed class StorageUnavailableException(Exception inner)
    : DependencyUnavailableException("The storage is out of reach.", inner);
