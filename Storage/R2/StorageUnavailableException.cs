using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>R2 did not answer or rejected our credentials: the same call may succeed later. Already logged.</summary>
internal sealed class StorageUnavailableException(Exception inner)
    : DependencyUnavailableException("The storage is unavailable.", inner);
