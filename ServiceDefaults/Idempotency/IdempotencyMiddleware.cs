using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Replays the first response to a repeated request (header <c>Idempotency-Key</c>) on routes with
/// <see cref="IdempotencyExtensions.WithIdempotency"/>; on those with <see cref="IdempotencyExtensions.WithRenewedIdempotency"/>
/// the request runs again as the same operation.
/// </summary>
internal sealed partial class IdempotencyMiddleware(RequestDelegate next, TimeProvider time, ILogger<IdempotencyMiddleware> logger)
{
    /// <summary>The header.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>Longer than the lease: a request that is repeated after its process was killed need not be repeated once more.</summary>
    private static readonly TimeSpan MaxWait = IdempotencyStore.Lease + TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotentRoute>() is not { } route
            || !context.Request.Headers.TryGetValue(KeyHeader, out var header)
            || context.GetCaller() is not { } caller)
        {
            await next(context);
            return;
        }
        var key = header.ToString();
        if (key.Length is 0 or > 255 || key.Any(character => character is < ' ' or > '~'))
        {
            await Problems.Validation((KeyHeader, "must be 1 to 255 printable ASCII characters")).ExecuteAsync(context);
            return;
        }
        var services = context.RequestServices.GetService<IUserPartition>()?.ServicesOf(caller.UserId) ?? context.RequestServices;
        var store = services.GetRequiredService<IdempotencyStore>();
        var hash = await HashAsync(context.Request, context.RequestAborted);
        switch (await ClaimAsync(store, caller.UserId, key, hash, context.RequestAborted))
        {
            case Claim.Taken taken:
                await RunAsync(context, route, store, caller.UserId, key, taken);
                break;
            case Claim.Answered answered when route.IsRenewed:
                context.SetOperationId(answered.OperationId);
                context.Response.Headers[IdempotencyExtensions.ReplayedHeader] = "true";
                await next(context);
                break;
            case Claim.Answered answered:
                await ReplayAsync(context, answered.Answer);
                break;
            case Claim.Reused:
                await Problems.Of(StatusCodes.Status409Conflict, "idempotency_key_reused", "Idempotency key reused",
                    "This Idempotency-Key was used for a different request. Use a new key for a new request.").ExecuteAsync(context);
                break;
            default:
                context.Response.Headers.RetryAfter =
                    IdempotencyStore.Lease.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                await Problems.Of(StatusCodes.Status409Conflict, "idempotency_key_in_use", "Idempotency key in use",
                    "The first request with this Idempotency-Key is still running. Try again in a moment.").ExecuteAsync(context);
                break;
        }
    }

    private async Task<Claim> ClaimAsync(IdempotencyStore store, Guid userId, string key, byte[] hash, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var claim = await store.ClaimAsync(userId, key, hash, cancellationToken);
            if (claim is not Claim.InFlight || time.GetElapsedTime(started) > MaxWait)
            {
                return claim;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private async Task RunAsync(
        HttpContext context, IdempotentRoute route, IdempotencyStore store, Guid userId, string key, Claim.Taken claim)
    {
        context.SetOperationId(claim.OperationId);
        var original = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        var completed = false;
        using var ended = new CancellationTokenSource();
        var renewal = RenewAsync(store, userId, key, claim, ended.Token);
        try
        {
            await next(context);
            completed = true;
        }
        finally
        {
            context.Response.Body = original;
            await ended.CancelAsync();
            await renewal;
            await TryEndAsync(context, route, store, userId, key, claim, buffer, completed);
        }
        buffer.Position = 0;
        await buffer.CopyToAsync(original, context.RequestAborted);
    }

    private async Task RenewAsync(IdempotencyStore store, Guid userId, string key, Claim.Taken claim, CancellationToken ended)
    {
        while (true)
        {
            await Task.Delay(IdempotencyStore.RenewalInterval, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }
            try
            {
                await store.RenewAsync(userId, key, claim);
            }
            catch (Exception exception) when (Outages.IsOutage(exception, CancellationToken.None))
            {
                LogNotRenewed(Outages.Reason(exception));
            }
        }
    }

    // The request is over: its response, or its failure, is sent even when the record cannot be updated. Once the lease
    // has expired, a repeated request continues the same operation.
    private async Task TryEndAsync(
        HttpContext context, IdempotentRoute route, IdempotencyStore store, Guid userId, string key, Claim.Taken claim,
        MemoryStream buffer, bool completed)
    {
        try
        {
            await EndAsync(context, route, store, userId, key, claim, buffer, completed);
        }
        catch (Exception exception) when (Outages.IsOutage(exception))
        {
            LogNotStored(Outages.Reason(exception));
        }
    }

    private static Task EndAsync(
        HttpContext context, IdempotentRoute route, IdempotencyStore store, Guid userId, string key, Claim.Taken claim,
        MemoryStream buffer, bool completed)
    {
        var status = context.Response.StatusCode;
        if (!completed || status >= 500 || status == StatusCodes.Status499ClientClosedRequest)
        {
            return store.ReleaseAsync(userId, key, claim);
        }
        if (status is 400 or 401 or 404 or 408 or 413 or 415 or 429 || (route.IsRenewed && status >= 300))
        {
            return store.ForgetAsync(userId, key, claim);
        }
        if (route.IsRenewed)
        {
            // The body is made anew each time; its links are secrets that need not be stored.
            return store.KeepAsync(userId, key, claim, new StoredAnswer(status, null, null, []));
        }
        var location = context.Response.Headers.Location.ToString();
        return store.KeepAsync(userId, key, claim, new StoredAnswer(
            status, context.Response.ContentType, location.Length == 0 ? null : location, buffer.ToArray()));
    }

    private static async Task ReplayAsync(HttpContext context, StoredAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers[IdempotencyExtensions.ReplayedHeader] = "true";
        if (answer.Location is not null)
        {
            context.Response.Headers.Location = answer.Location;
        }
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task<byte[]> HashAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering(bufferThreshold: ServiceDefaultsExtensions.MaxRequestBodyBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path}{request.QueryString}\n"));
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            hash.AppendData(chunk, 0, read);
        }
        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }

    [LoggerMessage(LogLevel.Warning, "A response could not be stored under its Idempotency-Key ({Reason})")]
    private partial void LogNotStored(string reason);

    [LoggerMessage(LogLevel.Warning, "An Idempotency-Key could not be kept for its running request ({Reason})")]
    private partial void LogNotRenewed(string reason);
}
