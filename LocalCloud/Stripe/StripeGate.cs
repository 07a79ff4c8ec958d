using System.Text;
using System.Text.RegularExpressions;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What every API request passes: the key, the version, the form, the idempotency key.</summary>
internal sealed partial class StripeGate(StripeStore store, StripeIdempotency idempotency)
{
    public const string SecretKey = "sk_test_local";
    public const string DefaultVersion = "2026-10-28.endive";

    private const int MaxFormBytes = 1 << 20;

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            await next(context);
            return;
        }

        var id = StripeIds.New("req");
        context.Response.Headers["Request-Id"] = id;
        try
        {
            Authenticate(context);
            EchoVersion(context);
            RefuseTrailingSlash(context);
            var request = await ReadAsync(id, context);
            context.Features.Set(request);
            await (request.IdempotencyKey is null ? next(context) : OnceAsync(request, context, next));
        }
        catch (StripeError refusal)
        {
            await StripeEndpoint.AnswerAsync(context, refusal.Status, StripeJson.Print(refusal.ToJson()));
        }
    }

    private async Task OnceAsync(StripeRequest request, HttpContext context, RequestDelegate next)
    {
        var key = request.IdempotencyKey!;
        context.Response.Headers["Idempotency-Key"] = key;
        if (idempotency.Begin(key, request.Fingerprint) is { } kept)
        {
            context.Response.Headers["Idempotent-Replayed"] = "true";
            context.Response.Headers["Original-Request"] = kept.Text("request");
            await StripeEndpoint.AnswerAsync(context, (int)kept.Number("status"), kept.Text("body")!);
            return;
        }

        var wire = context.Response.Body;
        using var answer = new MemoryStream();
        try
        {
            context.Response.Body = answer;
            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status500InternalServerError)
            {
                // A 500 is kept and repeated like any other result; 502, 503 and 504 come from before the endpoint, and are not.
                var body = Encoding.UTF8.GetString(answer.ToArray());
                store.Run(work =>
                {
                    StripeIdempotency.Keep(work, request, StatusCodes.Status500InternalServerError, body);
                    return true;
                });
            }
        }
        finally
        {
            idempotency.End(key);
            context.Response.Body = wire;
        }

        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    private static void Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var credential = space < 0 ? "" : header[(space + 1)..].Trim();
        var key = (space < 0 ? "" : header[..space]).ToLowerInvariant() switch
        {
            "bearer" => credential,
            "basic" => BasicUser(credential),
            _ => "",
        };
        if (key == SecretKey)
        {
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"Stripe\"";
        throw new StripeError(401, key.Length == 0
            ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
            : $"Invalid API Key provided: {Masked(key)}");
    }

    private static string BasicUser(string credential)
    {
        var bytes = new byte[credential.Length];
        return Convert.TryFromBase64String(credential, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0]
            : "";
    }

    private static string Masked(string key) =>
        key.Length <= 12 ? new string('*', key.Length) : $"{key[..8]}{new string('*', key.Length - 12)}{key[^4..]}";

    private static void EchoVersion(HttpContext context)
    {
        var version = context.Request.Headers["Stripe-Version"].ToString();
        if (version.Length > 0 && !Version().IsMatch(version))
        {
            throw StripeError.Invalid($"Invalid Stripe API version: {version}", null, null);
        }

        context.Response.Headers["Stripe-Version"] = version.Length > 0 ? version : DefaultVersion;
    }

    private static void RefuseTrailingSlash(HttpContext context)
    {
        // Routing would take the slash for nothing; Stripe takes it for an empty id.
        if (context.Request.Path.Value!.EndsWith('/'))
        {
            throw Unrecognized(context);
        }
    }

    public static StripeError Unrecognized(HttpContext context) => new(
        404,
        $"Unrecognized request URL ({context.Request.Method}: {context.Request.Path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.");

    private static async Task<StripeRequest> ReadAsync(string id, HttpContext context)
    {
        if (context.Request.Method != HttpMethods.Post)
        {
            return new StripeRequest(id, FormNode.Parse(context.Request.QueryString.Value ?? ""), null, "");
        }

        var text = await ReadFormAsync(context);
        var parameters = FormNode.Parse(text);
        string? key = null;
        if (context.Request.Headers.TryGetValue("Idempotency-Key", out var given))
        {
            key = given.ToString();
            if (key.Length is 0 or > StripeIdempotency.MaxKeyLength)
            {
                throw StripeError.Invalid(
                    $"Invalid Idempotency-Key: must be a non-empty string of at most {StripeIdempotency.MaxKeyLength} characters", null,
                    null);
            }
        }

        return new StripeRequest(id, parameters, key,
            StripeIdempotency.Fingerprint(context.Request.Method, context.Request.Path, parameters));
    }

    private static async Task<string> ReadFormAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        if (text.Length > MaxFormBytes)
        {
            throw StripeError.Invalid("The request body is too large", null, null);
        }

        return text.Length == 0 || context.Request.HasFormContentType
            ? text
            : throw StripeError.Invalid(
                "Invalid request (check that your POST content type is application/x-www-form-urlencoded).", null, null);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(\.[a-z_]+)?$")]
    private static partial Regex Version();
}
