using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Error responses of the public contract (RFC 9457): <c>type</c>, <c>title</c>, <c>status</c>, <c>detail</c>,
/// <c>trace_id</c>, a stable <c>code</c>, <c>error</c> (equal to the title) and further fields.
/// </summary>
public static class Problems
{
    private const string RetryAfterSeconds = "5";
    private static readonly string[] ReservedFields = ["type", "title", "status", "detail", "instance", "code", "error", "trace_id"];

    /// <summary>Any error.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">Stable and machine-readable, in snake_case.</param>
    /// <param name="title">The same for every occurrence of this code.</param>
    /// <param name="detail">What happened and what to do next.</param>
    /// <param name="fields">Additional members; their names must differ from those of the common members.</param>
    public static IResult Of(int status, string code, string title, string? detail = null, params (string Name, object? Value)[] fields)
    {
        if (Array.Find(fields, field => ReservedFields.Contains(field.Name)) is { Name: { } reserved })
        {
            throw new ArgumentException($"Every error has a member '{reserved}' already.", nameof(fields));
        }
        return new ProblemResult(status, code, title, detail, fields);
    }

    /// <summary>400 <c>invalid_request</c>, with the errors per field.</summary>
    public static IResult Validation(params (string Field, string Message)[] errors) => Of(
        StatusCodes.Status400BadRequest, "invalid_request", "Invalid request",
        string.Join(" ", errors.Select(error => $"{error.Field}: {error.Message}")),
        ("errors", errors.GroupBy(error => error.Field, error => error.Message)
            .ToDictionary(group => group.Key, group => group.ToArray())));

    /// <summary>Sets <c>Retry-After</c> to this time, in whole seconds from 1 on, which are given back for the error's text.</summary>
    public static long RetryAfter(HttpResponse response, TimeSpan pause)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds));
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return seconds;
    }

    /// <summary>404: it does not exist or belongs to another user.</summary>
    public static IResult NotFound(string code, string title) => Of(StatusCodes.Status404NotFound, code, title);

    /// <summary>401 <c>not_authenticated</c>.</summary>
    public static IResult NotAuthenticated() => Of(
        StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated", "Open a session first: POST /api/session.");

    /// <summary>402 <c>insufficient_funds</c>.</summary>
    public static IResult InsufficientFunds(long balanceCents, long requiredCents) => Of(
        StatusCodes.Status402PaymentRequired, "insufficient_funds", "Insufficient funds",
        $"This costs {requiredCents} credits and the wallet has {balanceCents}. Top up first: POST /api/topup.",
        ("balance_cents", balanceCents), ("required_cents", requiredCents));

    /// <summary>503 with <c>Retry-After</c>: a dependency is unavailable, and the caller knows that nothing was charged.</summary>
    public static IResult Unavailable(string code, string title) => Of(
        StatusCodes.Status503ServiceUnavailable, code, title, "Nothing was charged. Try again in a moment.");

    /// <summary>
    /// 503 with <c>Retry-After</c>: a dependency became unavailable at an unknown point of the request, whose effect may
    /// have been committed unless its method is safe.
    /// </summary>
    public static IResult Interrupted(string method, string code, string title) => Of(
        StatusCodes.Status503ServiceUnavailable, code, title,
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
            ? "Try again in a moment."
            : "It is unknown whether the request took effect. Repeat it unchanged, with the same Idempotency-Key: it takes effect once.");

    /// <summary>413 <c>too_large</c>: the request body.</summary>
    public static IResult TooLarge() => Of(
        StatusCodes.Status413PayloadTooLarge, "too_large", "Too large",
        "The request body exceeds the limit of this route. Upload videos directly to storage: POST /api/uploads.");

    /// <summary>415 <c>unsupported_media_type</c>.</summary>
    public static IResult UnsupportedMediaType() => Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Unsupported media type", "Send application/json in UTF-8.");

    /// <summary>408 <c>request_timeout</c>: the body did not arrive in time.</summary>
    public static IResult RequestTimeout() => Of(
        StatusCodes.Status408RequestTimeout, "request_timeout", "Request timeout",
        "The request body arrived too slowly or incompletely. Nothing was changed.");

    /// <summary>For <c>UseStatusCodePages</c>: adds a problem body to an error response without one.</summary>
    public static Task ForBareStatus(StatusCodeContext context) =>
        ForStatus(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext);

    /// <summary>The error for a status without further details.</summary>
    public static IResult ForStatus(int status)
    {
        switch (status)
        {
            case StatusCodes.Status408RequestTimeout:
                return RequestTimeout();
            case StatusCodes.Status413PayloadTooLarge:
                return TooLarge();
            case StatusCodes.Status415UnsupportedMediaType:
                return UnsupportedMediaType();
            default:
                // As the framework phrases it: "Method Not Allowed" becomes method_not_allowed.
                var phrase = ReasonPhrases.GetReasonPhrase(status);
                var title = phrase.Length == 0 ? "Error" : phrase[..1] + phrase[1..].ToLowerInvariant();
                return Of(status, title.ToLowerInvariant().Replace(' ', '_').Replace('-', '_'), title);
        }
    }

    /// <summary>The body of <see cref="ForStatus"/>, for use without a request.</summary>
    public static byte[] BytesFor(int status, string traceId) =>
        ((ProblemResult)ForStatus(status)).ToBytes(traceId);

    /// <summary>The id that connects an error response with its log entry.</summary>
    public static string TraceIdOf(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    private sealed class ProblemResult(int status, string code, string title, string? detail, (string Name, object? Value)[] fields)
        : IResult
    {
        public byte[] ToBytes(string traceId)
        {
            var problem = new ProblemDetails
            {
                Type = $"urn:reelballers:problem:{code}",
                Title = title,
                Status = status,
                Detail = detail ?? title + ".",
            };
            problem.Extensions["code"] = code;
            problem.Extensions["error"] = title;
            problem.Extensions["trace_id"] = traceId;
            foreach (var (name, value) in fields)
            {
                problem.Extensions[name] = value;
            }
            return JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Options);
        }

        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = status;
            if (status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
                || (status == StatusCodes.Status429TooManyRequests && context.Response.Headers.RetryAfter.Count == 0))
            {
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
            }
            if (status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }
            var body = ToBytes(TraceIdOf(context));
            context.Response.ContentType = "application/problem+json";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        }
    }
}
