using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Rejects by its request line and headers what no route takes: targets that are too long, gRPC and compressed bodies,
/// protocol upgrades, and values in the headers that are sent on that a service would not be able to receive.
/// </summary>
internal sealed class RequestHeadMiddleware(RequestDelegate next)
{
    /// <summary>What RFC 9110 recommends to support at least.</summary>
    public const int MaxTargetBytes = 8000;

    private static readonly string[] SingleHeaders = [HeaderNames.ContentType, "Idempotency-Key", "Last-Event-ID", "Stripe-Signature"];

    public Task InvokeAsync(HttpContext context) => Check(context)?.ExecuteAsync(context) ?? next(context);

    private static IResult? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (context.Features.Get<IHttpRequestFeature>()!.RawTarget.Length > MaxTargetBytes)
        {
            return Problems.ForStatus(StatusCodes.Status414UriTooLong);
        }
        if (IsGrpc(headers.ContentType) || headers.ContentEncoding.Any(encoding => !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.UnsupportedMediaType();
        }
        // A client may offer to go on in HTTP/2 (h2c); the offer is ignored, as RFC 9110 allows.
        if (headers.Upgrade.Any(protocol => "websocket".Equals(protocol?.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "upgrade_not_supported", "Upgrade not supported",
                "No route speaks WebSocket. Events come as server-sent events: GET /api/jobs/{job_id}/events.");
        }
        var wrong = SingleHeaders.Where(name => !IsSendable(headers[name])).Select(name => (name, "must be one value of printable ASCII characters")).ToArray();
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
