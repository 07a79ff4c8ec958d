namespace ReelBallers.LocalCloud;

/// <summary>303: redirects to a GET.</summary>
internal sealed class SeeOther(string url) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = new Uri(url).AbsoluteUri;
        return Task.CompletedTask;
    }
}
