using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Somebody who tops up before having a session gets one on the way.</summary>
internal sealed class NewcomerMiddleware(RequestDelegate next, SessionTokens tokens)
{
    public static bool Opens(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path == "/api/topup";

    public Task InvokeAsync(HttpContext context)
    {
        if (Opens(context.Request) && context.GetCaller() is null)
        {
            var userId = Guid.NewGuid();
            context.Request.Headers[Caller.HeaderName] = userId.ToString();
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
                {
                    SessionCookie.Set(context, tokens.Issue(userId));
                }
                return Task.CompletedTask;
            });
        }
        return next(context);
    }
}
