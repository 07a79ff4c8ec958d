using System.Text.Json;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Transforms;

namespace ReelBallers.Gateway;

/// <summary>A session in the export of one's data, without its id.</summary>
/// <param name="CreatedAt">When its user signed in.</param>
/// <param name="LastSeenAt">When it was used last, to a minute or two.</param>
/// <param name="UserAgent">The browser, as it says of itself.</param>
/// <param name="Current">Whether it is the one that asks.</param>
internal sealed record ExportedSession(DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string UserAgent, bool Current);

/// <summary>
/// Adds the caller's sessions to the export of one's data, as the first member of the object that Accounts has put together (routes with
/// the policy <c>AddsSessions</c>): they are known to the Gateway alone.
/// </summary>
internal sealed class SessionExport(KnownSessions sessions)
{
    /// <summary>Does nothing with a response that is no success.</summary>
    public async ValueTask AddAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is not { IsSuccessStatusCode: true } response || context.Features.Get<Session>() is not { } current)
        {
            return;
        }
        transform.SuppressResponseBody = true;
        var known = await sessions.ListAsync(current.UserId, context.RequestAborted, limit: int.MaxValue);
        var list = JsonSerializer.Serialize(
            known.Select(session => new ExportedSession(
                session.CreatedAt, session.LastSeenAt, session.UserAgent, session.SessionId == current.Id)),
            ApiJson.Options);
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var first = new byte[1];
        await body.ReadExactlyAsync(first, context.RequestAborted);
        if (first[0] != '{')
        {
            throw new InvalidOperationException("The export is no JSON object.");
        }
        var added = System.Text.Encoding.UTF8.GetBytes($"{{\n  \"sessions\": {list},");
        // A body that breaks off is shorter, and the connection is then cut: no part looks like the whole.
        context.Response.ContentLength = response.Content.Headers.ContentLength - first.Length + added.Length;
        await context.Response.Body.WriteAsync(added, context.RequestAborted);
        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
