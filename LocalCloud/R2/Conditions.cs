using System.Globalization;

namespace ReelBallers.LocalCloud.R2;

/// <summary>HTTP's preconditions, in its order: If-Match hides If-Unmodified-Since, If-None-Match hides If-Modified-Since.</summary>
internal static class Conditions
{
    /// <summary>Null to go on, 304 or 412.</summary>
    public static IResult? ForRead(R2Call call, StoredObject stored) => Evaluate(call, "", stored) switch
    {
        Verdict.Holds => null,
        Verdict.NotModified => new NotModified(stored),
        Verdict.Failed => R2Error.PreconditionFailed,
    };

    /// <summary>Asked of the object that a write would replace.</summary>
    public static Func<StoredObject?, R2Error?> ForWrite(R2Call call) => existing =>
    {
        if (existing is null)
        {
            return call.Header("If-Match") is not null ? R2Error.PreconditionFailed : null;
        }

        return Evaluate(call, "", existing) == Verdict.Holds ? null : R2Error.PreconditionFailed;
    };

    /// <summary>Asked of the object that is copied.</summary>
    public static bool HoldForCopySource(R2Call call, StoredObject source) =>
        Evaluate(call, "x-amz-copy-source-", source) == Verdict.Holds;

    private enum Verdict
    {
        Holds,
        NotModified,
        Failed,
    }

    private static Verdict Evaluate(R2Call call, string prefix, StoredObject stored)
    {
        // HTTP's dates have no fractions.
        var modified = DateTimeOffset.FromUnixTimeSeconds(stored.LastModified.ToUnixTimeSeconds());
        if (call.Header(prefix + "If-Match") is { } match)
        {
            if (!Names(match, stored.ETag))
            {
                return Verdict.Failed;
            }
        }
        else if (Date(call.Header(prefix + "If-Unmodified-Since")) is { } unmodifiedSince && modified > unmodifiedSince)
        {
            return Verdict.Failed;
        }

        if (call.Header(prefix + "If-None-Match") is { } noneMatch)
        {
            return Names(noneMatch, stored.ETag) ? Verdict.NotModified : Verdict.Holds;
        }

        return Date(call.Header(prefix + "If-Modified-Since")) is { } modifiedSince && modified <= modifiedSince
            ? Verdict.NotModified
            : Verdict.Holds;
    }

    private static bool Names(string header, string etag) => header.Split(',', StringSplitOptions.TrimEntries)
        .Any(item => item == "*" || item.Trim('"') == etag.Trim('"'));

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private sealed class NotModified(StoredObject stored) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            httpContext.Response.Headers.ETag = stored.ETag;
            httpContext.Response.Headers.LastModified = stored.LastModified.ToString("r", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        }
    }
}
