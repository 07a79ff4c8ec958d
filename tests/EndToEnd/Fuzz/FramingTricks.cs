using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Bodies whose end is in doubt, and what is hidden behind it.</summary>
internal static class FramingTricks
{
    /// <summary>Those that are answered at once.</summary>
    public static readonly IReadOnlyList<Trick> All =
    [
        .. HostileBodies.All.Where(body => !IsSlow(body.Name)).Select(body => new Trick(body.Name, drawn => Spoil(drawn, body.Spoil))),
        new("chunked", drawn => drawn.Request.Chunk(drawn.Pick([1, 7, 1000]))),
        new("chunk extensions and trailers", drawn => Wire(drawn, body =>
            $"{body.Length:x};a=b\r\n{body}\r\n0\r\nx-user-id: {drawn.ForeignIds[3]}\r\n\r\n")),
        new("smuggled behind a length", drawn => Smuggle(drawn, "0\r\n\r\n", request =>
        {
            request.Set("Content-Length", "5");
            request.Set("Transfer-Encoding", "chunked");
        })),
        new("smuggled behind chunks", drawn => Smuggle(drawn, "0\r\n\r\n", request =>
            request.Set("Transfer-Encoding", drawn.Pick(["chunked", "Chunked", "chunked ", "x, chunked", "chunked, identity",
            "\tchunked"])))),
        new("smuggled behind a folded header", drawn => Smuggle(drawn, "0\r\n\r\n", request =>
        {
            request.Headers.Add(("X-Fold", "a\r\n b"));
            request.Set("Transfer-Encoding", "chunked");
        })),
        new("smuggled behind a bare line feed", drawn => Smuggle(drawn, "0\n\n", request => request.Set("Transfer-Encoding", "chunked"))),
        new("length with a sign", drawn => Spoil(drawn, request =>
            request.Set("Content-Length", drawn.Pick(["+2", "0x2", "2,2", "2 2", "", " 2", "2.0", "\u00b2"])))),
        new("body on a request without one", drawn => drawn.Request.Body ??= Encoding.ASCII.GetBytes("{\"x\":1}")),
        new("two requests at once", drawn =>
        {
            drawn.Request.Remove("Connection");
            drawn.Followers.Add(Canary(drawn));
        }),
    ];

    /// <summary>Those whose answer is a matter of time; they are sent side by side with all the others.</summary>
    public static readonly IReadOnlyList<Trick> Slow =
        [.. HostileBodies.All.Where(body => IsSlow(body.Name)).Select(body => new Trick(body.Name, drawn => Spoil(drawn, body.Spoil)))];

    private static bool IsSlow(string name) => name.Contains("trickled", StringComparison.Ordinal)
        || name.Contains("silence", StringComparison.Ordinal);

    private static void Spoil(FuzzCase drawn, Action<RawRequest> spoil) => spoil(drawn.Request);

    private static void Wire(FuzzCase drawn, Func<string, string> wire)
    {
        var body = Encoding.Latin1.GetString(drawn.Request.Body ?? []);
        drawn.Request.Wire = Encoding.Latin1.GetBytes(wire(body));
        drawn.Request.Set("Transfer-Encoding", "chunked");
    }

    /// <summary>A request hidden behind what may be the end of the body: it may be answered only if that is the end, and then as
    /// any other.</summary>
    private static void Smuggle(FuzzCase drawn, string end, Action<RawRequest> frame)
    {
        drawn.Request.Remove("Connection");
        frame(drawn.Request);
        drawn.Request.Wire = Encoding.Latin1.GetBytes(end);
        drawn.Followers.Add(Canary(drawn));
    }

    private static RawRequest Canary(FuzzCase drawn)
    {
        var canary = new RawRequest("GET", "/api/me");
        canary.Set("x-user-id", drawn.ForeignIds[3]);
        canary.Set("Connection", "close");
        return canary;
    }
}
