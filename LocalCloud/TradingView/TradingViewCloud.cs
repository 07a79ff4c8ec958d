using System.Globalization;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.TradingView;

/// <summary>
/// What TradingView's page "Manage access" calls for an invite-only script, as public clients describe it: there is no official API.
/// <c>GET /username_hint/</c>, and <c>POST /pine_perm/list_users/</c>, <c>add/</c>, <c>modify_user_expiration/</c> and <c>remove/</c> as
/// forms, with the cookies of a session. Every name but those that begin with <c>unknown</c> is a user, who spells it with a capital
/// first letter; every <c>PUB;…</c> is a script of the session's.
/// </summary>
internal static class TradingViewCloud
{
    public const string SessionId = "tv_local";
    public const string Signature = "tv_local_signature";

    private const int PageSize = 10;
    private const int MaxPageSize = 100;

    public static WebApplication Build(LocalCloudOptions options, FaultStore faults, AccessBook book)
    {
        var app = CloudApp.CreateBuilder(options.TradingViewPort).Build();
        app.UseCuts().UseFaults(CloudName.TradingView, faults);
        app.Use(async (context, next) =>
        {
            var cookies = context.Request.Cookies;
            if (cookies["sessionid"] != SessionId || cookies["sessionid_sign"] != Signature)
            {
                await Detail(403, "Authentication credentials were not provided.").ExecuteAsync(context);
                return;
            }

            await next(context);
        });
        app.MapGet("/username_hint/", (string? s) => Results.Json(Hints(s ?? "")));
        app.MapPost("/pine_perm/list_users/", context => AnswerAsync(context, form => List(context.Request.Query, form, book)));
        app.MapPost("/pine_perm/add/", context => AnswerAsync(context, form => WithUser(form, (pineId, user, until) =>
            book.Add(pineId, user, until) ? Status("ok", StatusCodes.Status201Created) : Status("exists"))));
        app.MapPost("/pine_perm/modify_user_expiration/", context => AnswerAsync(context, form => WithUser(form, (pineId, user, until) =>
            book.Modify(pineId, user, until) ? Status("ok") : Detail(404, "Not found."))));
        app.MapPost("/pine_perm/remove/", context => AnswerAsync(context, form => WithUser(form, (pineId, user, _) =>
        {
            book.Remove(pineId, user);
            return Status("ok");
        })));
        app.MapFallback(() => Detail(404, "Not found."));
        return app;
    }

    /// <summary>An error as TradingView answers it.</summary>
    public static string ErrorBody(string detail) => System.Text.Json.JsonSerializer.Serialize(new { detail });

    private static IResult Detail(int status, string detail) => Results.Text(ErrorBody(detail), "application/json", statusCode: status);

    private static IResult Status(string status, int code = StatusCodes.Status200OK) => Results.Json(new { status }, statusCode: code);

    private static object[] Hints(string typed) => CanonicalName(typed) is { } name ? [new { username = name }] : [];

    private static string? CanonicalName(string name) =>
        name.Length == 0 || name.StartsWith("unknown", StringComparison.OrdinalIgnoreCase) ? null
        : char.ToUpperInvariant(name[0]) + name[1..].ToLowerInvariant();

    private static async Task AnswerAsync(HttpContext context, Func<IFormCollection, IResult> answer)
    {
        var result = context.Request.HasFormContentType
            ? answer(await context.Request.ReadFormAsync(context.RequestAborted))
            : Detail(415, "Unsupported media type in request.");
        await result.ExecuteAsync(context);
    }

    // A page, with the path of the next one; the field `username` leaves the others out.
    private static IResult List(IQueryCollection query, IFormCollection form, AccessBook book)
    {
        if (!IsScript(form["pine_id"]))
        {
            return Detail(404, "Not found.");
        }

        var size = int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? Math.Clamp(limit, 1, MaxPageSize) : PageSize;
        var below = long.TryParse(query["c"], NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) ? cursor : long.MaxValue;
        var found = book.List()
            .Where(access => access.PineId == form["pine_id"] && access.Id < below
                && (form["username"].Count == 0 || string.Equals(access.UserName, form["username"], StringComparison.OrdinalIgnoreCase)))
            .Take(size + 1).ToList();
        return Results.Json(new
        {
            next = found.Count > size ? $"/pine_perm/list_users/?limit={size}&c={found[size - 1].Id}" : null,
            results = found.Take(size).Select(access => new
            {
                id = access.Id,
                username = access.UserName,
                userpic = (string?)null,
                expiration = access.Expiration,
                created = access.Created,
            }),
        });
    }

    // The name in the user's own spelling: TradingView is strict about it.
    private static IResult WithUser(IFormCollection form, Func<string, string, DateTimeOffset?, IResult> act)
    {
        var (user, expiration) = (form["username_recip"].ToString(), form["expiration"].ToString());
        DateTimeOffset? until = null;
        if (expiration.Length > 0)
        {
            if (!DateTimeOffset.TryParse(expiration, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return Detail(400, "Invalid expiration.");
            }

            until = time;
        }

        return !IsScript(form["pine_id"]) ? Detail(404, "Not found.")
            : CanonicalName(user) != user ? Detail(400, "User does not exist.")
            : act(form["pine_id"].ToString(), user, until);
    }

    private static bool IsScript(string? pineId) => pineId?.StartsWith("PUB;", StringComparison.Ordinal) == true;
}
