using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The outside system does not do what it was asked for, and would not if it were asked again.</summary>
internal sealed class AccessRejectedException(string reason) : Exception(reason);

/// <summary>The outside system rejects our session: no grant is at fault, and all wait for another one.</summary>
internal sealed class AccessSessionRejectedException(int status)
    : Exception($"The outside system answered {status}: it rejects the session.")
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;
}

/// <summary>The outside system did not answer, or not as it does: another attempt may succeed.</summary>
internal sealed class AccessUnavailableException(string reason, Exception? inner = null) : DependencyUnavailableException(reason, inner)
{
    /// <summary>When it wants to be asked again; zero when it did not say.</summary>
    public TimeSpan RetryAfter { get; init; }
}
