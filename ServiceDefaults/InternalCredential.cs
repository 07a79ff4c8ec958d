using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The secret that authenticates the Gateway and the services to each other (configuration <c>Internal:Credential</c>).
/// Requests without it do not reach a service's routes.
/// </summary>
/// <param name="options">The secret.</param>
public sealed class InternalCredential(IOptions<InternalOptions> options)
{
    /// <summary>The name of the HTTP header and gRPC metadata entry.</summary>
    public const string HeaderName = InternalHeaders.Credential;

    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(options.Value.Credential);

    /// <summary>The secret.</summary>
    public string Value { get; } = options.Value.Credential;

    /// <summary>Whether the given text is the secret; in constant time for texts of its length.</summary>
    public bool Matches(string? candidate)
    {
        // Called for every request, so it does not allocate or hash.
        Span<byte> bytes = stackalloc byte[InternalOptions.MaxLength];
        return candidate is not null
            && Encoding.UTF8.TryGetBytes(candidate, bytes, out var length)
            && CryptographicOperations.FixedTimeEquals(_bytes, bytes[..length]);
    }
}
