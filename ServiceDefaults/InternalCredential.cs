using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The secret that authenticates the Gateway and the services to each other (configuration <c>Internal:Credential</c>).
/// Requests without it do not reach a service's routes.
/// </summary>
public sealed class InternalCredential
{
    /// <summary>The name of the HTTP header and gRPC metadata entry.</summary>
    public const string HeaderName = "x-internal-credential";

    private const int MinLength = 16;
    private const int LengthMax = 512;
    private readonly byte[] _bytes;

    /// <summary>Reads the credential; throws when it is missing or too short.</summary>
    public InternalCredential(IConfiguration configuration)
    {
        Value = configuration["Internal:Credential"] ?? "";
        if (Value.Length is < MinLength or > LengthMax || !Ascii.IsValid(Value))
        {
            throw new InvalidOperationException(
                $"Internal:Credential must be set to a secret of {MinLength} to {LengthMax} ASCII characters, "
                + "the same for the Gateway and all services.");
        }
        _bytes = Encoding.UTF8.GetBytes(Value);
    }

    /// <summary>The secret.</summary>
    public string Value { get; }

    /// <summary>Whether the given text is the secret; in constant time for texts of its length.</summary>
    public bool Matches(string? candidate)
    {
        // Called for every request, so it does not allocate or hash.
        Span<byte> bytes = stackalloc byte[LengthMax];
        return candidate is not null
            && Encoding.UTF8.TryGetBytes(candidate, bytes, out var length)
            && CryptographicOperations.FixedTimeEquals(_bytes, bytes[..length]);
    }
}
