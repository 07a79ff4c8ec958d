using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Rejects by request line and headers what no route accepts: targets that are too long, gRPC and compressed bodies,
/// protocol upgrades, and forwarded headers whose values a service cannot receive.
/// </summary>
internal sealed class RequestHeadMiddleware(RequestDelegate next)
{
    /// <summary>The minimum that RFC 9110 recommends.</summary>
    public const int MaxTargetBytes = 8000;

    public Task InvokeAsync(HttpContext context) => Check(context)?.ExecuteAsync(context) ?? next(context);

    private static IResult? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (context.Features.Get<IHttpRequestFeature>()!.RawTarget.Length > MaxTargetBytes)
        {
            return Problems.ForStatus(StatusCodes.Status414UriTooLong);
        }
        if (IsGrpc(headers.ContentType)
            || headers.ContentEncoding.Any(encoding => !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.UnsupportedMediaType();
        }
        // Offers to upgrade to HTTP/2 (h2c) are ignored, as RFC 9110 allows.
        if (headers.Upgrade.Any(protocol => "websocket".Equals(protocol?.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "upgrade_not_supported", "Upgrade not supported",
                "WebSocket is not supported. Use server-sent events: GET /api/jobs/{job_id}/events.");
        }
        var wrong = Backends.ClientHeaders.Where(name => !IsSendable(headers[name]))
            .Select(name => (name, "must be one value of printable ASCII characters")).ToArray();
        return wrong.Length == 0 ? null : Problems.Validation(wrong);
    }

    private static bool IsGrpc(StringValues contentType) =>
        contentType.Any(value => value?.TrimStart().StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true);

    private static bool IsSendable(StringValues values) => values.Count switch
    {
        0 => true,
        1 => values[0]!.All(character => character is >= ' ' and <= '~'),
        _ => false,
    };
}
