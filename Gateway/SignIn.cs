using System.Text.Json.Nodes;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Transforms;

namespace ReelBallers.Gateway;

/// <summary>
/// Completes a sign-in, which Accounts has decided on (routes with the policy <c>SignsIn</c>): opens a new session for the user, adds its
/// token to the response, and revokes the session that the caller had until now, which another person may have planted in the browser.
/// When an anonymous user has become an account, all other sessions of that user end, and so do all of one who was joined into an account;
/// if that was cut off, with the next sign-in.
/// </summary>
internal sealed class SignIn(SessionTokens tokens, RevokedSessions revoked, RevokedUsers revokedUsers, KnownSessions sessions)
{
    /// <summary>Does nothing with a response that is not a sign-in.</summary>
    public async ValueTask CompleteAsync(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is not { IsSuccessStatusCode: true } response
            || !response.Headers.TryGetValues(SignedInUser.HeaderName, out var values)
            || SignedInUser.Parse(values.Single()) is not { } user)
        {
            return;
        }
        var context = transform.HttpContext;
        transform.SuppressResponseBody = true;
        var body = (await JsonNode.ParseAsync(
            await response.Content.ReadAsStreamAsync(context.RequestAborted), cancellationToken: context.RequestAborted))!.AsObject();
        var (session, token) = tokens.Open(user.UserId);
        await revokedUsers.RevokeBeforeAsync(user.UserId, user.AccountSince, kept: session.Id, context.RequestAborted);
        if (user.LeftUserId is { } left)
        {
            await revokedUsers.RevokeAsync(left, context.RequestAborted);
        }
        if (context.Features.Get<Session>() is { } before)
        {
            await revoked.RevokeAsync(before, context.RequestAborted);
            await sessions.RemoveAsync(before.UserId, before.Id, context.RequestAborted);
        }
        await sessions.AddAsync(session, context.Request.Headers.UserAgent, context.RequestAborted);
        SessionCookie.Set(context, token);
        body["token"] = token;
        context.Response.ContentLength = null;
        await context.Response.WriteAsJsonAsync(body, context.RequestAborted);
    }
}
