namespace ReelBallers.EndToEnd.Tests;

/// <summary>Headers that nothing asked for.</summary>
internal static class HeaderTricks
{
    private static readonly string[] Values =
        ["", "x", "-1", "0", "99999999999999999999", "\u00c3\u00a9", "\u0080", "\t", "a,b,,c", "\"", "%00", "null", "*", "a;b=c", "{}",
            "=?utf-8?q?x?="];

    private static readonly string[] Names =
    [
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Range", "If-Match", "If-None-Match", "If-Modified-Since",
        "If-Range",
        "If-Unmodified-Since", "Referer", "User-Agent", "Origin", "Date", "Via", "Warning", "From", "Max-Forwards", "Pragma",
        "Cache-Control",
        "Last-Event-ID", "Stripe-Signature", "svix-id", "x-user-role",
        "Content-Language", "Content-Location", "Content-Range", "Content-MD5", "Priority", "DNT",
        "Early-Data",
        "X-Requested-With", "X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "Prefer", "Upgrade-Insecure-Requests",
        "Alt-Used", "Cookie",
        "Proxy-Authorization", "Keep-Alive", "Trailer", "Digest", "Want-Digest", "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
    ];

    public static readonly IReadOnlyList<Trick> All =
    [
        new("odd header", Odd), new("odd header", Odd),
        new("several odd headers", drawn =>
        {
            Odd(drawn);
            Odd(drawn);
            Odd(drawn);
        }),
        new("not ASCII", drawn => drawn.Request.Set(drawn.Pick(["Referer", "User-Agent", "X-Note", "Origin", "Accept-Language"]),
            "http://x/\u00c3\u00a9")),
        new("accept", drawn => drawn.Request.Set("Accept", drawn.Pick(["text/html", "application/grpc", "image/*;q=x", "*/*;q=2",
            new string('a', 4000), "application/xml"]))),
        new("range", drawn => drawn.Request.Set("Range", drawn.Pick(["bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-,0-,0-,0-", "x"]))),
        new("if", drawn => drawn.Request.Set(drawn.Pick(["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]),
            drawn.Pick(["*", "\"x\"", "W/\"x\"", "Thu, 01 Jan 1970 00:00:00 GMT", "x"]))),
        new("many headers", drawn =>
        {
            Fill(drawn, 90, 320);
        }),
        new("more headers than are taken", drawn =>
        {
            Fill(drawn, 150, 5);
        }),
        new("some headers", drawn => Fill(drawn, 40, 100)),
        new("a long header", drawn =>
        {
            drawn.Request.Set("X-Long", new string('a', drawn.Pick([8000, 31_000, 33_000, 100_000])));
        }),
        new("tracing", drawn =>
        {
            drawn.Request.Set("traceparent", drawn.Pick(["x", "00-00000000000000000000000000000000-0000000000000000-00",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "\u00e9"]));
            drawn.Request.Set("tracestate", drawn.Pick(["x", "a=b", new string('a', 600), "=,=,="]));
            drawn.Request.Set("baggage", drawn.Pick(["x", "a=b;c", new string('a', 9000), "userId=\u00c3\u00a9,=,"]));
        }),
        new("expect", drawn => drawn.Request.Set("Expect", drawn.Pick(["100-continue", "100-Continue, x"]))),
        new("expect something else", drawn =>
        {
            drawn.IsHttp = false;
            drawn.Request.Set("Expect", "200-ok");
        }),
        new("TE", drawn => drawn.Request.Set("TE", drawn.Pick(["trailers", "gzip", "chunked;q=x", "\u00e9"]))),
        new("headers of this connection", drawn =>
        {
            drawn.Request.Set("Connection", drawn.Pick(["close, Authorization", "close, x-internal-credential",
                "close, x-user-id, Content-Type", "close, Content-Length", "close, \u00e9", "close, Idempotency-Key"]));
        }),
        new("upgrade", drawn =>
        {
            drawn.Request.Set("Connection", "Upgrade, close");
            drawn.Request.Set("Upgrade", drawn.Pick(["websocket", "h2c", "TLS/1.0", "x", "\u00e9"]));
            drawn.Request.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
            drawn.Request.Set("Sec-WebSocket-Version", "13");
            drawn.Request.Set("HTTP2-Settings", "AAMAAABkAAQAAP__");
        }),
        new("host", drawn => drawn.Request.Set("Host", drawn.Pick(["evil.example", "localhost", "[::1]", "127.0.0.1:1", "a.b.c.d.e"]))),
        new("host that is none", drawn =>
        {
            drawn.Request.Set("Host", drawn.Pick(["", "a b", "\u00e9", "http://x/", "a:99999", "a@b", "a/b"]));
        }),
        new("a header that is none", drawn =>
        {
            drawn.Request.Headers.Add(drawn.Pick([("", "x"), ("a b", "x"), ("x\0", "x"), ("x", "a\0b"), ("\u00e9", "x"), ("(x)", "y"),
                ("x", "a\rb"), ("x\t", "y")]));
        }),
        new("origin", drawn => drawn.Request.Set("Origin", drawn.Pick(["null", "http://evil.example", "https://localhost", "x", "",
            "http://" + drawn.World.Host]))),
        new("fetch metadata", drawn =>
        {
            drawn.Request.Set("Sec-Fetch-Site", drawn.Pick(["cross-site", "same-origin", "none", "x", "", "same-site"]));
            drawn.Request.Set("Sec-Fetch-Mode", drawn.Pick(["no-cors", "navigate", "websocket", "x"]));
            drawn.Request.Set("Sec-Fetch-Dest", drawn.Pick(["document", "image", "x"]));
        }),
        new("method override", drawn => drawn.Request.Set("X-HTTP-Method-Override", drawn.Pick(["DELETE", "GET", "POST", "x"]))),
    ];

    private static void Odd(FuzzCase drawn) => drawn.Request.Set(drawn.Pick(Names), drawn.Pick(Values));

    private static void Fill(FuzzCase drawn, int count, int length)
    {
        for (var index = 0; index < count; index++)
        {
            drawn.Request.Headers.Add(($"x-filler-{index}", new string('a', length)));
        }
    }
}
