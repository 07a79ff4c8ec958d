namespace ReelBallers.EndToEnd.Tests;

/// <summary>Targets that almost are an operation's, and other methods.</summary>
internal static class PathTricks
{
    private static readonly string[] Segments =
    [
        "%00", "%0d%0a", "..", "%2e%2e", "%2F", "%252F", "%5c", "\\", ".", "%", "%zz", "%c3%28", "%ff", "a%20b", "\u00c3\u00a9", "~", "'",
        "\"", "<x>", "{job_id}", ";x=y",
        "00000000-0000-0000-0000-000000000000", "x", "-1", "null", "%F0%9F%98%80", "*", "?", "#x",
    ];

    public static readonly IReadOnlyList<Trick> All =
    [
        new("trailing slash", drawn => Path(drawn, path => path + "/")),
        new("double slash", drawn => Path(drawn, path => path.Insert(drawn.Pick([0, 4, path.LastIndexOf('/')]), "/"))),
        new("dot segments", drawn => Path(drawn, path => drawn.Pick(["/x/..", "/.", "/api/..", "/..", "/%2e%2e", "/api/%2e"]) + path)),
        new("encoded slash", drawn => Path(drawn, path => $"{path[..4]}%2F{path[5..]}")),
        new("encoded letter", drawn => Path(drawn, path => $"/%{(int)path[1]:x2}{path[2..]}")),
        new("upper case", drawn => Path(drawn, path => path.ToUpperInvariant())),
        new("path parameter", drawn => Path(drawn, path => path + drawn.Pick([";x=y", ";", "%3b"]))),
        new("extension", drawn => Path(drawn, path => path + drawn.Pick([".json", ".", "%20", "%09"]))),
        new("another last segment", drawn => Path(drawn, path => path[..(path.LastIndexOf('/') + 1)] + drawn.Pick(Segments))),
        new("another last segment", drawn => Path(drawn, path => path[..(path.LastIndexOf('/') + 1)] + drawn.Pick(Segments))),
        new("a segment more", drawn => Path(drawn, path => path + "/" + drawn.Pick(Segments))),
        new("the id of another", drawn => drawn.Request.Target = drawn.Request.Target
            .Replace(drawn.Actor.JobId, drawn.Pick([drawn.ForeignIds[0], drawn.ForeignIds[0].ToUpperInvariant()]),
                StringComparison.Ordinal)
            .Replace(drawn.Actor.OpenSession, drawn.ForeignIds[2], StringComparison.Ordinal)
            .Replace(drawn.Actor.PaidSession, drawn.ForeignIds[2], StringComparison.Ordinal)),
        new("long", drawn => Long(drawn, drawn.Pick([8175, 8190, 8192, 20_000]))),
        new("long path", drawn => Path(drawn, path => path + "/" + new string('a', drawn.Pick([2000, 7900])))),
        new("query", drawn => drawn.Request.Target = drawn.Request.Target.Split('?')[0] + "?" + Query(drawn)),
        new("query", drawn => drawn.Request.Target = drawn.Request.Target.Split('?')[0] + "?" + Query(drawn)),
        new("absolute", drawn => drawn.Request.Target = $"http://{drawn.World.Host}{drawn.Request.Target}"),
        new("absolute, elsewhere", drawn => Malformed(drawn, $"http://evil.example{drawn.Request.Target}")),
        new("no target", drawn => Malformed(drawn, drawn.Pick(["", "*", "x", "?", "#", "//", "http://", "http:///x", "file:///etc/passwd",
            "javascript:x", "/ /", "/\0", "/\u0080"]))),
        new("version", drawn =>
        {
            drawn.IsHttp = false;
            drawn.Request.Version = drawn.Pick(["HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "http/1.1", "HTTP/11", "x", ""]);
        }),
        new("method", drawn => drawn.Request.Method = drawn.Pick(
            ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "BREW", "QUERY", "PROPFIND"])),
        new("method that is none", drawn =>
        {
            drawn.IsHttp = false;
            drawn.Request.Method = drawn.Pick(["", "G T", "\u00e9", "CONNECT", new string('A', 5000), "GET\0", "(x)"]);
        }),
        new("preflight", drawn =>
        {
            drawn.Request.Method = "OPTIONS";
            drawn.Request.Set("Origin", drawn.Pick(["http://evil.example", "null", "x", "http://" + drawn.World.Host]));
            drawn.Request.Set("Access-Control-Request-Method", drawn.Pick(["POST", "DELETE", "x", ""]));
            drawn.Request.Set("Access-Control-Request-Headers", drawn.Pick(["authorization", "x-user-id", "\u00e9", ""]));
        }),
    ];

    private static string Query(FuzzCase drawn)
    {
        var name = drawn.Pick([.. drawn.Operation.Query, "x", "limit", "cursor", "limit[]", "limit%00", ""]);
        var value = drawn.Pick(["", "0", "-1", "+5", "%2B5", "1e1", "5.0", "99999999999999999999", "%00", "%ff", "\u00e9", "a%20b", "1&"
            + name + "=2", "null", "' OR 1=1", "%F0%9F%98%80",
            "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2026-11-01", "-infinity", "completed,failed",
            "COMPLETED", new string('a', 2000),
            "AAAAAAAAAAAAAAAAAAAAAA", drawn.ForeignIds[0]]);
        return drawn.Pick([$"{name}={value}", $"{name}", $"={value}", $"{name}=={value}", $"{name}={value}&{name}={value}", "&&&", "?"
            + name]);
    }

    private static void Path(FuzzCase drawn, Func<string, string> change)
    {
        var parts = drawn.Request.Target.Split('?', 2);
        if (parts[0].StartsWith("/api/", StringComparison.Ordinal))
        {
            drawn.Request.Target = string.Join('?', [change(parts[0]), .. parts[1..]]);
        }
        if (drawn.Request.Target.Any(letter => letter is ' ' or '\0' or > '~'))
        {
            drawn.IsHttp = false;
        }
    }

    private static void Long(FuzzCase drawn, int length)
    {
        var start = drawn.Request.Target + (drawn.Request.Target.Contains('?', StringComparison.Ordinal) ? "&q=" : "?q=");
        drawn.Request.Target = start + new string('a', Math.Max(0, length - start.Length));
    }

    private static void Malformed(FuzzCase drawn, string target)
    {
        drawn.IsHttp = false;
        drawn.Request.Target = target;
    }
}
