using System.Globalization;
using System.Xml.Linq;

namespace ReelBallers.LocalCloud.R2;

/// <summary>Which pages of other origins may call a bucket, with which methods and headers, and what they may read.</summary>
internal sealed record CorsRule(
    IReadOnlyList<string> AllowedOrigins,
    IReadOnlyList<string> AllowedMethods,
    IReadOnlyList<string> AllowedHeaders,
    IReadOnlyList<string> ExposeHeaders,
    int? MaxAgeSeconds)
{
    public bool Allows(string origin, string method) =>
        AllowedMethods.Contains(method, StringComparer.Ordinal) && AllowedOrigins.Any(pattern => Matches(pattern, origin));

    public bool AllowsHeader(string name) => AllowedHeaders.Any(pattern => Matches(pattern.ToLowerInvariant(), name.ToLowerInvariant()));

    private static bool Matches(string pattern, string text)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0
            ? pattern == text
            : text.Length >= pattern.Length - 1
                && text.StartsWith(pattern[..star], StringComparison.Ordinal)
                    && text.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal);
    }
}

/// <summary>A bucket's CORS rules; the first that matches decides.</summary>
internal sealed record Cors(IReadOnlyList<CorsRule> Rules)
{
    private const int MaxRules = 100;
    private const int MaxAgeLimitSeconds = 86_400;
    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

    /// <summary>What a developer would set for pages that are served on this machine.</summary>
    public static readonly Cors Default = new([new(
        ["http://localhost", "http://localhost:*", "http://127.0.0.1", "http://127.0.0.1:*"],
        ["GET", "PUT", "HEAD"],
        ["content-type", "content-length", "content-md5", "range", "if-match", "if-none-match", "if-modified-since",
            "if-unmodified-since"],
        ["ETag", "Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified", "Content-Disposition"],
        3600)]);

    /// <summary>Sets what a page may read of this answer.</summary>
    public void Apply(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && Rules.FirstOrDefault(rule => rule.Allows(origin, context.Request.Method)) is { } rule)
        {
            AllowOrigin(context.Response, origin, rule);
            if (rule.ExposeHeaders.Count > 0)
            {
                context.Response.Headers.AccessControlExposeHeaders = string.Join(", ", rule.ExposeHeaders);
            }
        }
    }

    /// <summary>Answers a preflight, which a browser sends without any signature.</summary>
    public IResult Preflight(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var method = context.Request.Headers.AccessControlRequestMethod.ToString();
        var headers = context.Request.Headers.AccessControlRequestHeaders.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (origin.Length == 0 || method.Length == 0)
        {
            return new R2Error(System.Net.HttpStatusCode.BadRequest, "BadRequest",
                "Insufficient information. Origin and Access-Control-Request-Method request headers are needed.");
        }

        var rule = Rules.FirstOrDefault(rule => rule.Allows(origin, method) && headers.All(rule.AllowsHeader));
        if (rule is null)
        {
            return R2Error.CorsForbidden;
        }

        AllowOrigin(context.Response, origin, rule);
        context.Response.Headers.AccessControlAllowMethods = string.Join(", ", rule.AllowedMethods);
        if (headers.Length > 0)
        {
            context.Response.Headers.AccessControlAllowHeaders = string.Join(", ", headers);
        }

        if (rule.MaxAgeSeconds is { } age)
        {
            context.Response.Headers.AccessControlMaxAge = age.ToString(CultureInfo.InvariantCulture);
        }

        return Results.NoContent();
    }

    public IEnumerable<XElement> ToXml() => Rules.Select(rule => new XElement("CORSRule",
        rule.AllowedOrigins.Select(value => new XElement("AllowedOrigin", value)),
        rule.AllowedMethods.Select(value => new XElement("AllowedMethod", value)),
        rule.AllowedHeaders.Select(value => new XElement("AllowedHeader", value)),
        rule.ExposeHeaders.Select(value => new XElement("ExposeHeader", value)),
        rule.MaxAgeSeconds is { } age ? new XElement("MaxAgeSeconds", age) : null));

    /// <summary>Null when an element is unknown or a value is one that R2 refuses.</summary>
    public static Cors? Parse(XElement document)
    {
        var rules = document.Elements().Select(element => element.Name == "CORSRule" ? ParseRule(element) : null).ToList();
        return rules.Count is 0 or > MaxRules || rules.Contains(null) ? null : new Cors([.. rules.OfType<CorsRule>()]);
    }

    private static CorsRule? ParseRule(XElement element)
    {
        string[] Values(string name) => [.. element.Elements(name).Select(child => child.Value)];
        var age = element.Element("MaxAgeSeconds")?.Value;
        var seconds = 0;
        var rule = new CorsRule(Values("AllowedOrigin"), Values("AllowedMethod"), Values("AllowedHeader"), Values("ExposeHeader"), null);
        var known = element.Elements().All(child =>
            child.Name.LocalName is "ID" or "AllowedOrigin" or "AllowedMethod" or "AllowedHeader" or "ExposeHeader" or "MaxAgeSeconds");
        var valid = known && rule.AllowedOrigins.Count > 0 && rule.AllowedOrigins.All(IsOrigin)
            && rule.AllowedMethods.Count > 0 && rule.AllowedMethods.All(Methods.Contains)
            && !rule.AllowedHeaders.Contains("") && !rule.ExposeHeaders.Contains("")
            && (age is null || (int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
                && seconds <= MaxAgeLimitSeconds));
        return valid ? rule with { MaxAgeSeconds = age is null ? null : seconds } : null;
    }

    private static bool IsOrigin(string text) => text == "*"
        || (text.Count(character => character == '*') <= 1
            && text.Split("://") is [{ Length: > 0 }, { Length: > 0 } host] && !host.Contains('/', StringComparison.Ordinal));

    private static void AllowOrigin(HttpResponse response, string origin, CorsRule rule)
    {
        response.Headers.AccessControlAllowOrigin = rule.AllowedOrigins.Contains("*") ? "*" : origin;
        response.Headers.Vary = "Origin";
    }
}
