namespace ReelBallers.LocalCloud.Stripe;

/// <summary>303: go there with a GET, whatever was posted here.</summary>
internal sealed class SeeOther(string url) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = new Uri(url).AbsoluteUri;
        return Task.CompletedTask;
    }
}
