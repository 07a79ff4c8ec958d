using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Refuses an announced body that is too large before any of it is read or passed on.</summary>
internal sealed class BodyLimitMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Request.ContentLength > ServiceDefaultsExtensions.MaxRequestBodyBytes
            ? Problems.TooLarge().ExecuteAsync(context)
            : next(context);
}
