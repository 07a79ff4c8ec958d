using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Errors as the public contract has them (RFC 9457): <c>type</c>, <c>title</c>, <c>status</c>, <c>detail</c>,
/// <c>trace_id</c>, a stable <c>code</c>, <c>error</c> (the title again) and the fields of the case.
/// </summary>
public static class Problems
{
    /// <summary>Any error.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">Stable and machine-readable, in snake_case.</param>
    /// <param name="title">The same for every occurrence of this code.</param>
    /// <param name="detail">What happened this time and what to do next.</param>
    /// <param name="fields">More members of the body.</param>
    public static IResult Of(int status, string code, string title, string? detail = null, params (string Name, object? Value)[] fields) =>
        new ProblemResult(status, code, title, detail, fields);

    /// <summary>400 <c>invalid_request</c>: what is wrong with which field.</summary>
    public static IResult Validation(params (string Field, string Message)[] errors) => Of(
        StatusCodes.Status400BadRequest, "invalid_request", "Invalid request",
        string.Join(" ", errors.Select(error => $"{error.Field}: {error.Message}")),
        ("errors", errors.GroupBy(error => error.Field, error => error.Message).ToDictionary(group => group.Key, group => group.ToArray())));

    /// <summary>404: there is no such thing, or it is somebody else's.</summary>
    public static IResult NotFound(string code, string title) => Of(StatusCodes.Status404NotFound, code, title);

    /// <summary>401 <c>not_authenticated</c>.</summary>
    public static IResult NotAuthenticated() => Of(
        StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated", "Open a session first: POST /api/session.");

    /// <summary>402 <c>insufficient_funds</c>.</summary>
    public static IResult InsufficientFunds(long balanceCents, long requiredCents) => Of(
        StatusCodes.Status402PaymentRequired, "insufficient_funds", "Insufficient funds",
        $"This costs {requiredCents} credits and the wallet has {balanceCents}. Top up first: POST /api/topup.",
        ("balance_cents", balanceCents), ("required_cents", requiredCents));

    /// <summary>503: something that this request needs is out of reach; nothing was charged.</summary>
    public static IResult Unavailable(string code, string title) => Of(
        StatusCodes.Status503ServiceUnavailable, code, title, "Nothing was charged. Try again in a moment.");

    /// <summary>413 <c>too_large</c>: the request's body.</summary>
    public static IResult TooLarge() => Of(
        StatusCodes.Status413PayloadTooLarge, "too_large", "Too large",
        "The request's body is larger than this route takes. Videos go straight to storage: POST /api/uploads.");

    internal static Task ForBareStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (status == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge().ExecuteAsync(context);
        }
        // As the framework phrases it: "Unsupported Media Type" becomes unsupported_media_type.
        var title = ReasonPhrases.GetReasonPhrase(status);
        var code = title.Length == 0 ? "error" : title.ToLowerInvariant().Replace(' ', '_');
        return Of(status, code, title).ExecuteAsync(context);
    }

    /// <summary>For <c>UseStatusCodePages</c>: gives an empty error answer the contract's body.</summary>
    public static Task ForBareStatus(StatusCodeContext context) => ForBareStatus(context.HttpContext);

    private sealed class ProblemResult(int status, string code, string title, string? detail, (string Name, object? Value)[] fields) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
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
            problem.Extensions["trace_id"] = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            foreach (var (name, value) in fields)
            {
                problem.Extensions[name] = value;
            }
            context.Response.StatusCode = status;
            return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
        }
    }
}
