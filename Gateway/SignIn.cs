using System.Text.Json.Nodes;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Transforms;

namespace ReelBallers.Gateway;

/// <summary>
/// Completes a sign-in, which Accounts has decided on (routes with the policy <c>SignsIn</c>): opens a new session for the user, adds its
/// token to the response, and revokes the session that the caller had until now, which somebody else may have planted in the browser.
/// </summary>
internal sealed class SignIn(SessionTokens tokens, RevokedSessions revoked)
{
    /// <summary>Does nothing with a response that signs nobody in.</summary>
    public async ValueTask CompleteAsync(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is not { IsSuccessStatusCode: true } response
            || !response.Headers.TryGetValues(SignedInUser.HeaderName, out var values)
            || !Guid.TryParseExact(values.Single(), "D", out var userId))
        {
            return;
        }
        var context = transform.HttpContext;
        transform.SuppressResponseBody = true;
        var body = (await JsonNode.ParseAsync(
            await response.Content.ReadAsStreamAsync(context.RequestAborted), cancellationToken: context.RequestAborted))!.AsObject();
        if (context.Features.Get<Session>() is { } session)
        {
            await revoked.RevokeAsync(session, context.RequestAborted);
        }
        var token = tokens.Issue(userId);
        SessionCookie.Set(context, token);
        body["token"] = token;
        context.Response.ContentLength = null;
        await context.Response.WriteAsJsonAsync(body, context.RequestAborted);
    }
}
