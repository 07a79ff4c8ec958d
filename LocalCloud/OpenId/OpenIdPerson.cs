using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>
/// A person at the issuer. The subject is made from the address unless it is given, as for a person who has a new address.
/// </summary>
internal sealed record OpenIdPerson(string Email, string Subject)
{
    public static OpenIdPerson Of(string email, string? subject = null) =>
        new(email, string.IsNullOrEmpty(subject) ? SubjectOf(email) : subject);

    private static string SubjectOf(string email) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant())))[..24];
}
