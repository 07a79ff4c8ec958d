using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Reads the whole body, within the route's size limit and a time limit, before it is forwarded. A body that is too long,
/// too slow, truncated or malformed is therefore rejected here and cannot disturb the HTTP/2 connections to the services,
/// which all users share.
/// </summary>
internal sealed class RequestBodyMiddleware(RequestDelegate next, TimeProvider time)
{
    private const int InitialBytes = 16 * 1024;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            await next(context);
            return;
        }
        var limit = RoutePolicy.Of(context).MaxBodyBytes;
        if (request.ContentLength > limit)
        {
            await Problems.TooLarge().ExecuteAsync(context);
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // For a chunked body the server counts the framing too.
            size.MaxRequestBodySize = limit;
        }
        if ((HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol))
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            // The server would end the whole connection, on which the client's other requests and its event stream are.
            rate.MinDataRate = null;
        }
        var body = new BufferedBody((int)Math.Min(request.ContentLength ?? InitialBytes, InitialBytes));
        if (await ReadAsync(request, body) is { } rejection)
        {
            await rejection.ExecuteAsync(context);
            return;
        }
        body.Position = 0;
        request.Body = body;
        request.Headers.TransferEncoding = default;
        request.ContentLength = body.Length;
        await next(context);
    }

    /// <returns>Null when the body is complete.</returns>
    private async Task<IResult?> ReadAsync(HttpRequest request, BufferedBody body)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, request.HttpContext.RequestAborted);
        try
        {
            await request.Body.CopyToAsync(body, both.Token);
            return null;
        }
        catch (BadHttpRequestException rejected)
        {
            return Problems.ForStatus(rejected.StatusCode);
        }
        catch (IOException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // How the server reports a chunk size that is beyond all numbers.
            return Problems.ForStatus(StatusCodes.Status400BadRequest);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return Problems.RequestTimeout();
        }
    }
}
