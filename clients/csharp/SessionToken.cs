using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;

namespace ReelBallers.Client;

/// <summary>Sends the token of a session with each request, once it has one.</summary>
public sealed class SessionToken : IAuthenticationProvider
{
    /// <summary>The <c>token</c> of the response of <c>POST /api/session</c>; null for an anonymous caller.</summary>
    public string? Value { get; set; }

    /// <inheritdoc />
    public Task AuthenticateRequestAsync(
        RequestInformation request, Dictionary<string, object>? additionalAuthenticationContext = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Value is { } token)
        {
            request.Headers.Remove("Authorization");
            request.Headers.Add("Authorization", $"Bearer {token}");
        }
        return Task.CompletedTask;
    }
}
