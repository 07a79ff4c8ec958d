using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The secret by which the Gateway and the services know each other (configuration <c>Internal:Credential</c>).
/// A request without it never reaches a service's routes.
/// </summary>
public sealed class InternalCredential
{
    /// <summary>The header, and the gRPC metadata key, that carries it.</summary>
    public const string HeaderName = "x-internal-credential";

    private const int MinLength = 16;
    private const int LengthMax = 512;
    private readonly byte[] _bytes;

    /// <summary>Reads the credential; throws when it is missing or too short to be a secret.</summary>
    public InternalCredential(IConfiguration configuration)
    {
        Value = configuration["Internal:Credential"] ?? "";
        if (Value.Length is < MinLength or > LengthMax || !Ascii.IsValid(Value))
        {
            throw new InvalidOperationException(
                $"Internal:Credential must be set to a secret of {MinLength} to {LengthMax} ASCII characters, the same for the Gateway and all services.");
        }
        _bytes = Encoding.UTF8.GetBytes(Value);
    }

    /// <summary>The secret itself, to be sent along.</summary>
    public string Value { get; }

    /// <summary>Whether the given text is the secret; takes the same time for every wrong one of its length.</summary>
    public bool Matches(string? candidate)
    {
        // Every call passes here, so nothing is allocated and nothing hashed.
        Span<byte> bytes = stackalloc byte[LengthMax];
        return candidate is not null
            && Encoding.UTF8.TryGetBytes(candidate, bytes, out var length)
            && CryptographicOperations.FixedTimeEquals(_bytes, bytes[..length]);
    }
}
