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
    private readonly byte[] _hash;

    /// <summary>Reads the credential; throws when it is missing or too short to be a secret.</summary>
    public InternalCredential(IConfiguration configuration)
    {
        Value = configuration["Internal:Credential"] ?? "";
        if (Value.Length < MinLength)
        {
            throw new InvalidOperationException(
                $"Internal:Credential must be set to a secret of at least {MinLength} characters, the same for the Gateway and all services.");
        }
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(Value));
    }

    /// <summary>The secret itself, to be sent along.</summary>
    public string Value { get; }

    /// <summary>Whether the given text is the secret; takes the same time for every wrong one.</summary>
    public bool Matches(string? candidate) =>
        candidate is not null && CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(candidate)));
}
