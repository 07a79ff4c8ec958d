namespace ReelBallers.Gateway;

/// <summary>Counts the answers of this Gateway, also those that it gives itself. Health checks are not requests of users.</summary>
internal sealed class TrafficMiddleware(RequestDelegate next, Traffic traffic)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        // Who has left gets no answer, whatever status was set.
        if (!context.RequestAborted.IsCancellationRequested && !RoutePolicy.Of(context).IsHealthCheck)
        {
            traffic.Answered(context.Response.StatusCode);
        }
    }
}
