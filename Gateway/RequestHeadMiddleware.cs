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
            || Has(headers.ContentEncoding, encoding => !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.UnsupportedMediaType();
        }
        // Offers to upgrade to HTTP/2 (h2c) are ignored, as RFC 9110 allows.
        if (Has(headers.Upgrade, protocol => "websocket".Equals(protocol?.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "upgrade_not_supported", "Upgrade not supported",
                "WebSocket is not supported. Use server-sent events: GET /api/jobs/{job_id}/events.");
        }
        List<(string, string)>? wrong = null;
        foreach (var name in Backends.ClientHeaders)
        {
            if (!IsSendable(headers[name]))
            {
                (wrong ??= []).Add((name, "must be one value of printable ASCII characters"));
            }
        }
        return wrong is null ? null : Problems.Validation([.. wrong]);
    }

    // Most requests have no value, and enumerating none allocates.
    private static bool Has(StringValues values, Func<string?, bool> predicate) => values.Count > 0 && values.Any(predicate);

    private static bool IsGrpc(StringValues contentType) =>
        Has(contentType, value => value?.TrimStart().StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is true);

    private static bool IsSendable(StringValues values) => values.Count switch
    {
        0 => true,
        1 => !values[0].AsSpan().ContainsAnyExceptInRange(' ', '~'),
        _ => false,
    };
}
