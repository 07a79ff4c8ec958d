using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Takes the tokens of a request, and answers 429 when a bucket is empty or the caller has too many streams open.</summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, Buckets buckets, OpenStreams streams)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var headers = new RateLimitHeaders();
        foreach (var bucket in BucketRules.Of(context))
        {
            var answer = await buckets.TakeAsync(bucket);
            headers.Add(bucket, answer);
            if (!answer.IsTaken)
            {
                headers.Apply(context.Response.Headers);
                await RejectAsync(context);
                return;
            }
        }
        headers.Apply(context.Response.Headers);
        if (!RoutePolicy.Of(context).IsStream)
        {
            await next(context);
            return;
        }
        using var stream = streams.Open(context);
        await (stream.IsAcquired ? next(context) : RejectStreamAsync(context));
    }

    private static Task RejectAsync(HttpContext context)
    {
        // Every bucket gets a token each second.
        context.Response.Headers.RetryAfter = "1";
        return Problems.Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests", "Try again in 1 s.")
            .ExecuteAsync(context);
    }

    private static Task RejectStreamAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problems.Of(
            StatusCodes.Status429TooManyRequests, "too_many_streams", "Too many event streams",
            $"At most {OpenStreams.Max} event streams can be open at a time. Close one first.").ExecuteAsync(context);
    }
}
