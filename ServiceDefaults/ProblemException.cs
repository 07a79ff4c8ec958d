using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>An error response thrown as an exception; see <see cref="Problems.Of"/> for the arguments.</summary>
public sealed class ProblemException(
    int status, string code, string title, string? detail = null, params (string Name, object? Value)[] fields) : Exception(title)
{
    /// <summary>The response.</summary>
    public IResult Result { get; } = Problems.Of(status, code, title, detail, fields);

    internal static ProblemException NotAuthenticated() => new(
        StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated", "Open a session first: POST /api/session.");
}
